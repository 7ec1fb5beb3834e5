import assert from "node:assert/strict";
import fc from "fast-check";
import {
  applyFrame,
  expireTyping,
  historyTxn,
  initialState,
  type RoomState,
  trimmed,
  TYPING_MS,
  withOutbox,
} from "@/lib/client/room_state.ts";
import type { JoinedFrame, Message, ServerFrame } from "@/lib/protocol/server_frames.ts";
import { alice, bob, ROOM } from "./fake_server.ts";

function message(seq: number, over: Partial<Message> = {}): Message {
  const { id: userId, name: sender } = bob;
  return { id: `m${seq}`, seq, roomId: 1, userId, sender, text: `${seq}`, ts: seq, ...over };
}

function said(seq: number, over: Partial<Message> = {}): ServerFrame {
  return { type: "message", roomId: 1, message: message(seq, over) };
}

function joined(over: Partial<JoinedFrame>): JoinedFrame {
  const base = { type: "joined", roomId: 1, room: ROOM, self: alice, members: [alice] } as const;
  return {
    ...base,
    members: [alice],
    head: 0,
    epoch: "e",
    readSeq: 0,
    resumed: true,
    history: [],
    ...over,
  };
}

function start(history: Message[] = [], head = history.at(-1)?.seq ?? 0): RoomState {
  const more = (history[0]?.seq ?? 1) > 1;
  const base = { room: ROOM, self: alice, members: [alice], epoch: "e", readSeq: 0 };
  return initialState({ ...base, head, history, more });
}

function after(state: RoomState, ...frames: ServerFrame[]): RoomState {
  return frames.reduce((now, frame) => applyFrame(now, frame, 0), state);
}

const seqs = (state: RoomState) => state.messages.map(({ seq }) => seq);
const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

Deno.test("messages come in the order of seq, and none twice", () => {
  const state = after(start([message(1)]), said(2), said(2), said(1), said(3));
  assert.deepEqual(seqs(state), [1, 2, 3]);
  assert.equal(state.gap, false);
});

Deno.test("a hole is seen, what comes after it waits, and resuming closes it", () => {
  const holed = after(start(), said(1), said(3), said(4));
  assert.deepEqual(seqs(holed), [1]);
  assert.equal(holed.gap, true);
  assert.equal(holed.head, 4);
  const healed = after(holed, joined({ head: 4 }), said(2), said(3), said(4));
  assert.deepEqual(seqs(healed), [1, 2, 3, 4]);
  assert.equal(healed.gap, false);
});

Deno.test("another room's frames change nothing", () => {
  const state = start();
  assert.equal(after(state, { ...said(1), roomId: 2 } as ServerFrame), state);
});

Deno.test("an event of a kind not known yet takes its place in the log", () => {
  const unknown = { type: "poll_opened", roomId: 1, seq: 2 } as unknown as ServerFrame;
  const state = after(start(), said(1), unknown, said(3));
  assert.deepEqual(seqs(state), [1, 3]);
  assert.equal(state.gap, false);
});

Deno.test("without resuming, history replaces everything and the epoch is taken over", () => {
  const fresh = joined({
    resumed: false,
    head: 90,
    epoch: "f",
    history: [message(89), message(90)],
  });
  const state = after(start([message(1), message(2)]), fresh, said(91));
  assert.deepEqual(seqs(state), [89, 90, 91]);
  assert.equal(state.epoch, "f");
  assert.equal(state.more, true);
});

Deno.test("an own message goes from sending to sent to the log, shown once all the way", () => {
  const txnId = "t1";
  const unsent = { txnId, roomId: 1, text: "hi", createdAt: 0 };
  const sending = withOutbox(start(), [unsent]);
  assert.deepEqual(sending.pending.map(({ status }) => status), ["sending"]);
  const ack: ServerFrame = { type: "ack", roomId: 1, txnId, id: "m1", seq: 1, ts: 0 };
  const sent = withOutbox(after(sending, ack), []);
  assert.deepEqual(sent.pending.map(({ status }) => status), ["sent"]);
  const own = { userId: alice.id, txnId };
  const shown = withOutbox(after(sent, said(1, own)), []);
  assert.deepEqual([shown.pending.length, seqs(shown)], [0, [1]]);
  // The other way round: the message overtakes its ack.
  const early = after(sending, said(1, own));
  assert.deepEqual([early.pending.length, seqs(early)], [0, [1]]);
  assert.equal(after(early, ack).pending.length, 0);
});

Deno.test("somebody else's txnId is not mistaken for an own one", () => {
  const unsent = { txnId: "t1", roomId: 1, text: "hi", createdAt: 0 };
  const state = after(withOutbox(start(), [unsent]), said(1, { txnId: "t1" }));
  assert.equal(state.pending.length, 1);
});

Deno.test("an ack for what lies before the loaded history ends the waiting", () => {
  const unsent = { txnId: "t1", roomId: 1, text: "hi", createdAt: 0 };
  const ack: ServerFrame = { type: "ack", roomId: 1, txnId: "t1", id: "m5", seq: 5, ts: 0 };
  assert.equal(after(withOutbox(start([message(90)]), [unsent]), ack).pending.length, 0);
  const sent = withOutbox(after(withOutbox(start(), [unsent]), ack), []);
  const replaced = after(sent, joined({ resumed: false, head: 90, history: [message(90)] }));
  assert.equal(replaced.pending.length, 0);
});

Deno.test("typing ends by itself, by a message, and by leaving", () => {
  const typing: ServerFrame = { type: "typing", roomId: 1, user: bob };
  const state = applyFrame(start(), typing, 100);
  assert.deepEqual(state.typing.map(({ user }) => user.name), ["bob"]);
  assert.equal(expireTyping(state, 99 + TYPING_MS), state);
  assert.deepEqual(expireTyping(state, 100 + TYPING_MS).typing, []);
  assert.deepEqual(after(state, said(1)).typing, []);
  const left: ServerFrame = { type: "member_left", roomId: 1, user: bob, clientId: "c" };
  assert.deepEqual(after(state, left).typing, []);
  assert.deepEqual(after(start(), { ...typing, user: alice }).typing, []);
});

Deno.test("members come and go, and are never listed twice", () => {
  const came: ServerFrame = { type: "member_joined", roomId: 1, user: bob, clientId: "c" };
  const state = after(start(), came, came);
  assert.deepEqual(state.members.map(({ name }) => name), ["alice", "bob"]);
  const left: ServerFrame = { ...came, type: "member_left" };
  assert.deepEqual(after(state, left).members.map(({ name }) => name), ["alice"]);
  assert.deepEqual(after(state, { type: "list", roomId: 1, members: [] }).members, []);
});

Deno.test("readSeq only grows, but starts anew with a new log", () => {
  const state = after(start(), { type: "read", roomId: 1, seq: 5 }, {
    type: "read",
    roomId: 1,
    seq: 3,
  });
  assert.equal(state.readSeq, 5);
  assert.equal(after(state, joined({ readSeq: 2 })).readSeq, 5);
  assert.equal(after(state, joined({ readSeq: 2, epoch: "f", resumed: false })).readSeq, 2);
});

Deno.test("an older page goes in front; one asked for before a replacement is not used", () => {
  const state = start([message(5), message(6)]);
  const older: ServerFrame = {
    type: "history",
    roomId: 1,
    txnId: historyTxn(state),
    messages: [message(3), message(4)],
    more: true,
  };
  assert.deepEqual(seqs(after(state, older)), [3, 4, 5, 6]);
  const replaced = after(
    state,
    joined({ resumed: false, head: 90, history: [message(90)] }),
    older,
  );
  assert.deepEqual(seqs(replaced), [90]);
});

Deno.test("what was trimmed can be loaded again", () => {
  const state = trimmed(start(range(1, 9).map((seq) => message(seq))), 3);
  assert.deepEqual([seqs(state), state.more], [[7, 8, 9], true]);
  assert.equal(trimmed(state, 3), state);
});

Deno.test("any split of the log into pages, live events, doubles and resumes equals a fresh fetch", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("live" as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant("missed" as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant("double" as const), count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant("resume" as const), count: fc.constant(0) }),
    fc.record({ kind: fc.constant("replace" as const), count: fc.constant(0) }),
    fc.record({ kind: fc.constant("older" as const), count: fc.integer({ min: 1, max: 6 }) }),
  );
  fc.assert(
    fc.property(fc.nat(12), fc.array(step, { maxLength: 40, size: "max" }), (length, steps) => {
      let head = length;
      const page = (to: number) => range(Math.max(1, to - 4), to).map((seq) => message(seq));
      let state = start(page(head), head);
      const resume = () => {
        const missed = range(state.cursor + 1, head).map((seq) => said(seq));
        state = after(state, joined({ head }), ...missed);
      };
      for (const { kind, count } of steps) {
        if (kind === "live") { for (let i = 0; i < count; i++) state = after(state, said(++head)); }
        if (kind === "missed") head += count;
        if (kind === "double") {
          for (const seq of range(Math.max(1, head - count), head)) state = after(state, said(seq));
        }
        if (kind === "resume") resume();
        if (kind === "replace") {
          state = after(state, joined({ resumed: false, head, history: page(head) }));
        }
        if (kind === "older") {
          const first = state.messages[0]?.seq ?? 1;
          const messages = range(Math.max(1, first - count), first - 1).map((seq) => message(seq));
          const more = (messages[0]?.seq ?? 1) > 1;
          state = after(state, {
            type: "history",
            roomId: 1,
            txnId: historyTxn(state),
            messages,
            more,
          });
        }
        const [first = head + 1] = seqs(state);
        assert.deepEqual(
          seqs(state),
          range(first, state.cursor),
          "no hole and no double at any time",
        );
      }
      resume();
      assert.deepEqual(
        state.messages,
        range(seqs(state)[0] ?? head + 1, head).map((seq) => message(seq)),
      );
      assert.equal(state.gap, false);
    }),
  );
});

Deno.test("how people are shown is known of members, and changes with a word of it", () => {
  const carol = { id: "carol", name: "carol", nickname: "C." };
  const snapshot = { room: ROOM, self: alice, members: [alice], epoch: "e", readSeq: 0 };
  const begun = initialState({ ...snapshot, people: [carol], head: 0, history: [], more: false });
  const here = after(begun, { type: "member_joined", roomId: 1, user: bob, clientId: "b" });
  const bobby = { ...bob, nickname: "Bobby" };
  const renamed = after(here, { type: "user_updated", roomId: 1, user: bobby });
  assert.deepEqual(renamed.members, [alice, bobby]);
  assert.deepEqual(renamed.people, { [alice.id]: alice, [bob.id]: bobby, carol });
  const gone = after(renamed, { type: "member_left", roomId: 1, user: bob, clientId: "b" });
  assert.deepEqual(gone.people[bob.id], bobby, "who left is still shown so");
  const me = { ...alice, statusText: "busy" };
  assert.deepEqual(after(gone, { type: "user_updated", roomId: 1, user: me }).self, me);
});

Deno.test("who types is named as they are called", () => {
  const bobby = { ...bob, nickname: "Bobby" };
  const here = after(start(), { type: "list", roomId: 1, members: [alice, bobby] });
  const typing = after(here, { type: "typing", roomId: 1, user: bob });
  assert.deepEqual(typing.typing.map(({ user }) => user), [bobby]);
});
