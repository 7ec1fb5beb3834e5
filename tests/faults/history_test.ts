/** The judge itself is judged: it must object to every kind of wrong, and to nothing else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { LogFrame, Message } from "./frames.ts";
import { History } from "./history.ts";

const OBSERVERS = ["ann", "ben"];

/** What was said, and what each place makes of it. */
interface Story {
  /** Everything that was sent and acknowledged, in order. */
  readonly said: Message[];
  /** What one place lists in the end. */
  readonly listed: Message[];
  /** What one observer heard live. */
  readonly heard: Message[];
}

function message(seq: number, changes: Partial<Message> = {}): Message {
  const sender = OBSERVERS[seq % 2] as string;
  const text = `text ${seq}`;
  const common = { id: `id-${seq}`, seq, roomId: 1, userId: `${sender}'s`, sender, text };
  return { ...common, ts: 1000 + seq, txnId: text, ...changes };
}

/** The events that put messages into a log. */
function events(messages: readonly Message[]): LogFrame[] {
  return messages.map((message) => ({ type: "message", roomId: 1, message }));
}

/** A place where all of a room is listed. */
function listed(history: History, messages: readonly Message[]): void {
  history.listed("everywhere", 1, events(messages));
}

function sent(history: History, { roomId, sender, text }: Message, at: number): void {
  history.sent(text, { type: "message", roomId, sender, text }, at);
}

function tell(length: number, change: (story: Story) => void = () => {}): readonly string[] {
  const said = Array.from({ length }, (_, n) => message(n + 1));
  const story: Story = { said, listed: [...said], heard: [...said] };
  change(story);
  const history = new History();
  for (const observer of OBSERVERS) {
    history.joined(observer, { roomId: 1, after: undefined, resumed: false, head: 0, history: [] });
  }
  said.forEach((message, n) => {
    sent(history, message, n * 10);
    history.acked(message.txnId ?? "", message, n * 10 + 5);
  });
  for (const event of events(said)) history.received("ann", event);
  for (const event of events(story.heard)) history.received("ben", event);
  history.listed("who resumes", 1, events(said));
  history.listed("libSQL", 1, events(story.listed));
  return history.judge();
}

/** The same wrong in the listing of a place, and in what an observer hears. */
function wrongs(name: string, spoil: (messages: Message[], index: number) => void): void {
  for (const where of ["listed", "heard"] as const) {
    Deno.test(`one ${name} in what is ${where} is found, wherever it stands`, () => {
      fc.assert(fc.property(fc.integer({ min: 3, max: 40 }), fc.nat(), (length, nat) => {
        const violations = tell(length, (story) => spoil(story[where], nat % (length - 1)));
        assert.notDeepEqual(violations, []);
      }));
    });
  }
}

Deno.test("nothing is wrong with a history in which all is well", () => {
  fc.assert(fc.property(fc.nat(60), (length) => assert.deepEqual(tell(length), [])));
});

wrongs("loss", (messages, index) => messages.splice(index, 1));
wrongs("loss that is hidden by new numbers", (messages, index) => {
  messages.splice(index, 1);
  messages.splice(
    0,
    messages.length,
    ...messages.map((message, n) => ({ ...message, seq: n + 1 })),
  );
});
wrongs("double", (messages, index) => messages.splice(index, 0, messages[index] as Message));
wrongs("swap", (messages, index) => {
  const [first, second] = messages.slice(index, index + 2) as [Message, Message];
  messages.splice(index, 2, { ...second, seq: first.seq }, { ...first, seq: second.seq });
});
wrongs("phantom", (messages, index) =>
  messages.splice(
    0,
    messages.length,
    ...messages.slice(0, index),
    message(index + 1, { id: "phantom", text: "boo", txnId: "boo" }),
    ...messages.slice(index).map((message) => ({ ...message, seq: message.seq + 1 })),
  ));
wrongs("changed letter", (messages, index) => {
  messages[index] = { ...messages[index] as Message, text: "texd" };
});

/** A history of two messages of one sender with everything told by hand. */
function pair(tellIt: (history: History, first: Message, second: Message) => void) {
  const history = new History();
  tellIt(history, message(1, { sender: "ann" }), message(2, { sender: "ann" }));
  return history.judge().join("\n");
}

Deno.test("a tail that is lost everywhere is found by its acks", () => {
  const violations = pair((history, first, second) => {
    for (const message of [first, second]) {
      sent(history, message, message.seq);
      history.acked(message.text, message, message.seq + 0.5);
    }
    listed(history, [first]);
  });
  assert.match(violations, /text 2 was acknowledged as 2 of room 1 and is lost/);
});

Deno.test("a message of which everybody has two is found", () => {
  const violations = pair((history, first) => {
    sent(history, first, 1);
    history.acked("text 1", first, 2);
    listed(history, [first, { ...first, id: "other", seq: 2 }]);
  });
  assert.match(violations, /text 1 stands at 1 and 2/);
});

Deno.test("a message that everybody has and nobody sent is found", () => {
  assert.match(
    pair((history, first) => listed(history, [first])),
    /nobody sent 1/,
  );
});

Deno.test("two messages that stand the wrong way round everywhere are found", () => {
  const violations = pair((history, first, second) => {
    sent(history, second, 1);
    sent(history, first, 2);
    listed(history, [first, second]);
  });
  assert.match(violations, /2 of ann follows what was sent after it/);
});

Deno.test("what was acknowledged before another was sent stands before it, whoever sent it", () => {
  const violations = pair((history, first, second) => {
    sent(history, { ...second, sender: "ben" }, 1);
    history.acked("text 2", second, 2);
    sent(history, first, 3);
    listed(history, [first, { ...second, sender: "ben" }]);
  });
  assert.match(violations, /2 was acknowledged before 1 was sent, and follows it/);
});

Deno.test("a refused message that is there all the same is found", () => {
  const violations = pair((history, first) => {
    sent(history, first, 1);
    history.refused("text 1");
    listed(history, [first]);
  });
  assert.match(violations, /text 1 was refused, and stands at 1/);
});

Deno.test("a refused message that was sent again and accepted is no wrong", () => {
  const violations = pair((history, first) => {
    sent(history, first, 1);
    history.refused("text 1");
    sent(history, first, 2);
    history.acked("text 1", first, 3);
    listed(history, [first]);
  });
  assert.equal(violations, "");
});

Deno.test("a message without an answer may be there or not, but not in two ways", () => {
  for (const there of [[message(1)], []]) {
    const history = new History();
    sent(history, message(1), 1);
    listed(history, there);
    assert.deepEqual(history.judge(), []);
  }
});

Deno.test("two acks that differ, and an ack that nobody waits for, are found", () => {
  const violations = pair((history, first) => {
    sent(history, first, 1);
    history.acked("text 1", first, 2);
    history.acked("text 1", { ...first, seq: 2 }, 3);
    history.acked("text 9", first, 3);
    listed(history, [first]);
  });
  assert.match(violations, /acknowledged twice/);
  assert.match(violations, /an ack for text 9/);
});

Deno.test("a resume that is refused without need, or starts elsewhere, is found", () => {
  const history = new History();
  const join = { roomId: 1, head: 0, history: [] };
  history.joined("ann", { ...join, after: undefined, resumed: false });
  history.joined("ann", { ...join, after: 1, head: 1, resumed: false });
  history.joined("ann", { ...join, after: 7, resumed: true });
  history.joined("ann", { ...join, after: 7, resumed: false });
  assert.match(history.judge().join("\n"), /not resume from 1[^]*elsewhere[^]*ends at 0/);
});

Deno.test("time that goes back is found", () => {
  const violations = pair((history, first, second) => {
    sent(history, first, 1);
    sent(history, second, 2);
    listed(history, [first, { ...second, ts: 5 }]);
  });
  assert.match(violations, /the time of 2 goes back/);
});
