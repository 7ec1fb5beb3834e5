/** However one came to it, a room looks the same: by each event, by a page, by any mix of both. */
import assert, { fail } from "node:assert/strict";
import fc from "fast-check";
import { applyFrame, initialState } from "@/lib/client/room_state.ts";
import { withChange } from "@/lib/protocol/changes.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { LogEvent } from "@/lib/protocol/event.ts";
import type { Message } from "@/lib/protocol/server_frames.ts";
import { changed, type ChangeDraft, said } from "@/lib/room/draft.ts";
import { Window } from "@/lib/room/window.ts";

const USERS = ["ann", "bob", "carl"].map((name) => ({ id: name, name }));
const roomId = 1;

const user = fc.constantFrom(...USERS);
const nth = fc.nat(5);
/** What somebody does; `nth` picks one of the messages that are there. */
const act = fc.oneof(
  fc.record({ type: fc.constant("message" as const), user, text: fc.string({ minLength: 1 }) }),
  fc.record({ type: fc.constant("edit" as const), user, nth, text: fc.string({ minLength: 1 }) }),
  fc.record({ type: fc.constant("delete" as const), user, nth, moderates: fc.boolean() }),
  fc.record({
    type: fc.constant("react" as const),
    user,
    nth,
    emoji: fc.constantFrom("👍", "🎉"),
    remove: fc.boolean(),
  }),
);

/** The events that these acts make, as a room numbers them. */
function eventsOf(acts: readonly (typeof act extends fc.Arbitrary<infer T> ? T : never)[]) {
  const window = new Window([], 0);
  const events: LogEvent[] = [];
  for (const each of acts) {
    const place = { roomId, seq: window.head + 1, ts: 1000 + window.head };
    const messages = window.messages();
    let event: LogEvent | undefined;
    if (each.type === "message") {
      event = said(each, place);
    } else {
      const target = messages[each.nth % Math.max(1, messages.length)];
      if (target === undefined) continue;
      try {
        event = changed({ ...each, id: target.id } as ChangeDraft, target, place);
      } catch (error) {
        assert.ok(error instanceof ProtocolError);
      }
    }
    if (event === undefined) continue;
    events.push(event);
    window.push([event]);
  }
  return { events, messages: window.messages() };
}

/** A client that was given a page of `history`, and all numbers up to `head`. */
function clientAt(history: readonly Message[], head: number) {
  return initialState({
    room: { id: roomId, kind: "group", name: "lobby" },
    self: USERS[0] ?? { id: "", name: "" },
    members: [],
    head,
    epoch: "e",
    readSeq: 0,
    history,
    more: false,
  });
}

Deno.test("a page and the events after it come to what all events come to", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.nat(40), fc.nat(40), (acts, at, ahead) => {
      const { events, messages } = eventsOf(acts);
      const head = Math.min(at, events.length);
      // A page may show more than its number says: what came while it was read.
      const shown = Math.min(head + ahead, events.length);
      const page = new Window(events.slice(0, shown), shown).messages()
        .filter(({ seq }) => seq <= head);
      let state = clientAt(page, head);
      for (const { frame } of events.slice(head)) state = applyFrame(state, frame, 0);
      assert.deepEqual(state.messages, messages);
      assert.equal(state.cursor, events.length);
      assert.equal(state.gap, false);
    }),
    { numRuns: 300, seed: 5 },
  );
});

Deno.test("reactions look the same also to who hears some of them again, and from the archive", () => {
  const toggles = fc.array(fc.tuple(user, fc.constantFrom("👍", "🎉"), fc.boolean()), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(toggles, fc.nat(30), (list, at) => {
      const { events, messages: [message] } = eventsOf([
        { type: "message", user: USERS[0] ?? fail(), text: "much liked" },
        ...list.map(([user, emoji, remove]) => ({
          type: "react" as const,
          user,
          nth: 0,
          emoji,
          remove,
        })),
      ]);
      const changes = events.flatMap(({ frame }) => frame.type === "reaction" ? [frame] : []);
      let again = message ?? fail();
      for (const change of changes.slice(at)) again = withChange(again, change);
      assert.deepEqual(again, message);
      // The archive reads the last one of each person and emoji alone.
      const [first] = events;
      let read = first?.frame.type === "message" ? first.frame.message : fail();
      changes.forEach((change, n) => {
        const later = changes.slice(n + 1);
        const outdone = later.some(({ userId, emoji }) =>
          userId === change.userId && emoji === change.emoji
        );
        if (!outdone) read = withChange(read, change);
      });
      assert.deepEqual(read, message);
    }),
    { numRuns: 300, seed: 8 },
  );
});

Deno.test("a window that let go of the old shows the rest all the same", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.nat(40), (acts, at) => {
      const { events, messages } = eventsOf(acts);
      const cut = Math.min(at, events.length);
      const window = new Window(events, events.length);
      window.drop(cut);
      assert.deepEqual(window.messages(), messages.filter(({ seq }) => seq > cut));
      // What an archive has up to there, with what the window knows.
      const older = new Window(events.slice(0, cut), cut);
      const recent = window.changed(older.messages());
      assert.deepEqual([...recent, ...window.messages()], messages);
    }),
    { numRuns: 300, seed: 6 },
  );
});

Deno.test("no event about a deleted message says what was in it, wherever it is read", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.nat(40), (acts, at) => {
      const { events, messages } = eventsOf(acts);
      const deleted = new Set(messages.filter((message) => message.deleted).map(({ id }) => id));
      const cut = Math.min(at, events.length);
      const window = new Window(events, events.length);
      const old = window.drop(cut);
      const read = [...window.withoutDeleted(old), ...window.after(cut, Infinity) ?? []];
      assert.deepEqual(read.map(({ seq }) => seq), events.map(({ seq }) => seq));
      for (const { frame, facts, json } of read) {
        assert.equal(json, JSON.stringify(frame));
        if (!deleted.has(facts.id)) continue;
        if (frame.type === "message") assert.equal(frame.message.text, "");
        if (frame.type === "message_edited") assert.equal(frame.text, "");
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});
