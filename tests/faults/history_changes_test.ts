/** The judge must object to every kind of wrong with edits, deletes and reactions, and to nothing else. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { seeded } from "../random.ts";
import { nextAct } from "./acts.ts";
import { Fold } from "./fold.ts";
import { type Act, factsOf, frameOf, type LogFrame, type Message } from "./frames.ts";
import { History } from "./history.ts";

const PEOPLE = ["ann", "ben"] as const;
type Person = typeof PEOPLE[number];

/** A room in which all is well so far: what is done in it is told to a judge. */
class Story {
  readonly history = new History();
  readonly events: LogFrame[] = [];
  readonly #fold = new Fold();
  #clock = 0;

  /** What everybody is shown. */
  get messages(): Message[] {
    return this.#fold.list();
  }

  /** Somebody does something, which is stored and acknowledged as an event. */
  done(sender: Person, act: Act, txnId = `txn ${this.#clock}`): LogFrame {
    this.sent(sender, act, txnId);
    const frame = this.stored(sender, act, txnId);
    this.history.acked(txnId, factsOf(frame), this.#clock++);
    return frame;
  }

  sent(sender: Person, act: Act, txnId: string): void {
    this.history.sent(txnId, { ...act, roomId: 1, sender }, this.#clock++);
  }

  stored(sender: Person, act: Act, txnId: string): LogFrame {
    const frame = this.#next(sender, act, txnId);
    this.events.push(frame);
    this.#fold.apply(frame);
    return frame;
  }

  /** Whether it would make a difference. */
  differs(sender: Person, act: Act): boolean {
    const fold = new Fold();
    fold.replace(this.messages);
    return fold.apply(this.#next(sender, act, ""));
  }

  /** It is answered that the message is like that already. */
  already(sender: Person, act: Act & { id: string }): void {
    this.sent(sender, act, "already");
    const message = this.messages.find(({ id }) => id === act.id) ?? assert.fail("no message");
    const { roomId, id, seq, ts } = message;
    this.history.acked("already", { roomId, id, seq, ts }, this.#clock++);
  }

  /** It is answered that there is no such message. */
  denied(sender: Person, act: Act): void {
    this.sent(sender, act, "denied");
    this.history.denied("denied", this.#clock++);
  }

  /** The events as stores must hold them in the end: without deleted texts. */
  get left(): LogFrame[] {
    const gone = new Set(
      this.events.filter(({ type }) => type === "message_deleted").map((each) => factsOf(each).id),
    );
    return this.events.map((frame) => {
      if (!gone.has(factsOf(frame).id)) return frame;
      if (frame.type === "message") {
        return { ...frame, message: { ...frame.message, text: "", deleted: true } };
      }
      return frame.type === "message_edited" ? { ...frame, text: "" } : frame;
    });
  }

  /** What the judge objects to, when all this is heard live, listed, and shown so. */
  judged(
    { left = this.left, shown = this.messages }: { left?: LogFrame[]; shown?: Message[] } = {},
  ): string {
    for (const observer of PEOPLE) {
      const join = { after: undefined, resumed: false, head: 0, history: [] };
      this.history.joined(observer, { roomId: 1, ...join });
      for (const frame of this.events) this.history.received(observer, frame);
    }
    this.history.listed("libSQL", 1, left);
    this.history.shown("REST", 1, shown, { whole: true });
    return this.history.judge().join("\n");
  }

  #next(sender: Person, act: Act, txnId: string): LogFrame {
    const seq = this.events.length + 1;
    const id = act.type === "message" ? `id-${seq}` : act.id;
    const facts = { id, seq, roomId: 1, userId: `${sender}'s`, sender, ts: 1000 + seq, txnId };
    return JSON.parse(JSON.stringify(frameOf({ ...act, roomId: 1, sender }, facts)));
  }
}

/** A message of ann's, and its id. */
function begun(): { story: Story; id: string } {
  const story = new Story();
  const { id } = factsOf(story.done("ann", { type: "message", text: "helo" }));
  return { story, id };
}

const LIKE = { type: "react", emoji: "👍" } as const;

Deno.test("nothing is wrong with changes that are everywhere", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(60), (seed, length) => {
    const random = seeded(seed);
    const story = new Story();
    for (let n = 0; n < length; n++) {
      const name = PEOPLE[n % 2] ?? "ann";
      const act = nextAct(random, { name, n, messages: story.messages });
      if (story.differs(name, act)) story.done(name, act);
    }
    assert.equal(story.judged(), "");
  }));
});

Deno.test("a history of any moment is compared with what the room was then", () => {
  const { story, id } = begun();
  const before = story.messages;
  story.done("ann", { type: "edit", id, text: "hello" });
  const after = story.messages;
  story.history.shown("then", 1, before, { head: 1 });
  story.history.shown("too early", 1, after, { head: 1 });
  assert.match(story.judged(), /^too early: 1 of room 1 is not what its events come to: .*helo/);
});

Deno.test("an edit that is acknowledged and nowhere is found", () => {
  const { story, id } = begun();
  story.sent("ann", { type: "edit", id, text: "hello" }, "lost");
  story.history.acked("lost", { roomId: 1, id, seq: 2, ts: 1002 }, 9);
  assert.match(story.judged(), /lost was acknowledged as 2 of room 1 and is lost/);
});

Deno.test("an edit that is answered as if it were so already, and is not, is found", () => {
  const { story, id } = begun();
  story.already("ann", { type: "edit", id, text: "hello" });
  assert.match(story.judged(), /ann was told that this is so already.*hello/);
});

Deno.test("an answer that was true once, but not while it was asked for, is found", () => {
  const { story, id } = begun();
  story.done("ann", { type: "edit", id, text: "hello" });
  story.already("ann", { type: "edit", id, text: "helo" });
  assert.match(story.judged(), /ann was told that this is so already.*helo/);
});

Deno.test("an edit that is in the log and not in what is shown is found", () => {
  const { story, id } = begun();
  const before = story.messages;
  story.done("ann", { type: "edit", id, text: "hello" });
  assert.match(story.judged({ shown: before }), /REST: 1 .* is not what its events come to/);
});

Deno.test("an edit of another text than was sent is found", () => {
  const { story, id } = begun();
  story.sent("ann", { type: "edit", id, text: "hello" }, "edit");
  story.stored("ann", { type: "edit", id, text: "hallo" }, "edit");
  assert.match(story.judged(), /2 is not what ann sent as edit/);
});

Deno.test("an edit of somebody else's message is found", () => {
  const { story, id } = begun();
  story.done("ben", { type: "edit", id, text: "hello" });
  assert.match(story.judged(), /2 is not its author's/);
});

Deno.test("a deleted message that is shown again is found", () => {
  const { story, id } = begun();
  const before = story.messages;
  story.done("ann", { type: "delete", id });
  assert.match(story.judged({ shown: before }), /REST: 1 .* is not what its events come to/);
});

Deno.test("a deleted text that a store still holds is found", () => {
  const { story, id } = begun();
  story.done("ann", { type: "edit", id, text: "hello" });
  story.done("ann", { type: "delete", id });
  const { left } = story;
  const violations = story.judged({ left: left.toSpliced(1, 1, story.events[1] as LogFrame) });
  assert.match(violations, /libSQL, room 1: 2 has the text of a deleted message/);
});

Deno.test("a message that comes back to life is found", () => {
  const { story, id } = begun();
  story.done("ann", { type: "delete", id });
  story.done("ann", { type: "edit", id, text: "hello again" });
  assert.match(story.judged(), /3 changes a message that was deleted/);
});

Deno.test("a text that is gone although nobody deleted it is found", () => {
  const { story } = begun();
  const { message } = story.events[0] as LogFrame & { type: "message" };
  const gone: LogFrame = {
    type: "message",
    roomId: 1,
    message: { ...message, text: "", deleted: true },
  };
  assert.match(story.judged({ left: [gone] }), /the text of 1 is gone, and nobody deleted it/);
});

Deno.test("a reaction that stands twice in the log is found, by one txnId or by two", () => {
  for (const again of ["like", "other"]) {
    const { story, id } = begun();
    story.done("ben", { ...LIKE, id }, "like");
    if (again === "other") story.sent("ben", { ...LIKE, id }, again);
    story.stored("ben", { ...LIKE, id }, again);
    const violations = story.judged();
    assert.match(violations, /3 changes nothing/);
    if (again === "like") assert.match(violations, /like stands at 2 and 3/);
  }
});

Deno.test("a reaction that is shown twice, or after it was taken back, is found", () => {
  for (const remove of [true, undefined]) {
    const { story, id } = begun();
    story.done("ben", { ...LIKE, id });
    const [message] = story.messages;
    const [reaction] = message?.reactions ?? [];
    if (message === undefined || reaction === undefined) assert.fail("no reaction");
    if (remove) story.done("ben", { ...LIKE, id, remove });
    const users = remove ? reaction.users : [...reaction.users, ...reaction.users];
    const shown = [{ ...message, reactions: [{ ...reaction, users }] }];
    assert.match(story.judged({ shown }), /REST: 1 .* is not what its events come to/);
  }
});

Deno.test("who reacts again, or deletes again, may be told that it is so", () => {
  const { story, id } = begun();
  story.done("ben", { ...LIKE, id });
  story.already("ben", { ...LIKE, id });
  assert.equal(story.judged(), "");
  const second = begun();
  second.story.done("ann", { type: "delete", id });
  second.story.already("ann", { type: "delete", id });
  assert.equal(second.story.judged(), "");
});

Deno.test("who changes a deleted message may be denied; of one that is there, that is found", () => {
  const { story, id } = begun();
  story.done("ann", { type: "delete", id });
  story.denied("ben", { ...LIKE, id });
  assert.equal(story.judged(), "");
  const second = begun();
  second.story.denied("ben", { ...LIKE, id });
  assert.match(second.story.judged(), /ben was told that this is of a deleted message/);
});

Deno.test("what was denied and stands there all the same is found", () => {
  const { story, id } = begun();
  story.denied("ben", { ...LIKE, id });
  story.stored("ben", { ...LIKE, id }, "denied");
  story.done("ann", { type: "delete", id });
  assert.match(story.judged(), /denied was denied, and stands at 2/);
});
