/** Rooms wake when somebody needs them and are let go when nobody does; their log goes on. */
import assert from "node:assert/strict";
import { openDatabase } from "@/db/open.ts";
import { Events } from "@/db/events.ts";
import { MigratedDatabase } from "@/db/migrate.ts";
import { Archiver } from "@/lib/archive/archiver.ts";
import { KvJournal } from "@/lib/journal/kv_journal.ts";
import { createLog } from "@/lib/log.ts";
import { Metrics } from "@/lib/metrics.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { Receipt } from "@/lib/protocol/event.ts";
import type { Draft, MessageDraft } from "@/lib/room/draft.ts";
import type { Room } from "@/lib/room/room.ts";
import { Rooms } from "@/lib/room/rooms.ts";
import { failingKv } from "../failing_kv.ts";
import { tempDir, until } from "../temp.ts";

const ANN = { id: "ann", name: "Ann" };

/** Rooms on real files, with a clock that the test holds. */
async function openRooms(recentEvents: number) {
  const dir = await tempDir();
  const kv = await Deno.openKv(`${dir.path}/journal.kv`);
  const disk = { isFull: false };
  const database = new MigratedDatabase(
    await openDatabase({ url: `file:${dir.path}/archive.db` }),
  );
  const clock = { now: 1_000_000 };
  const log = createLog({ format: "json", level: "error", write: () => {} });
  const metrics = new Metrics();
  const events = new Events(database);
  const archiver = new Archiver({ events, metrics, log, flushMessages: 1, flushMs: 10 });
  const journal = new KvJournal(failingKv(kv, () => disk.isFull), metrics, log);
  const rooms = new Rooms({
    journal,
    archiver,
    events,
    metrics,
    log,
    recentEvents,
    isArchived: () => Promise.resolve(false),
    now: () => clock.now,
  });
  return {
    rooms,
    clock,
    disk,
    archiver,
    journal,
    async [Symbol.asyncDispose]() {
      await rooms.stop();
      await archiver.flush();
      archiver.stop();
      await journal.idle();
      await database.close();
      kv.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

function post(room: Room, draft: Partial<MessageDraft> & { text: string }): Promise<Receipt> {
  return put(room, { type: "message", user: ANN, ...draft });
}

function put(room: Room, draft: Draft): Promise<Receipt> {
  return new Promise((resolve, reject) =>
    room.post(
      draft,
      (outcome) => outcome instanceof ProtocolError ? reject(outcome) : resolve(outcome),
    )
  );
}

Deno.test("a room that nobody uses is let go, and wakes with its log", async () => {
  await using fixture = await openRooms(3);
  const { rooms, clock, archiver, journal } = fixture;
  const room = await rooms.wake(1);
  for (let n = 1; n <= 5; n++) assert.equal((await post(room, { text: `text ${n}` })).seq, n);
  await until(() => archiver.pending === 0);
  await journal.idle();
  rooms.sweep();
  assert.equal(rooms.size, 1, "it was used just now");
  clock.now += 61_000;
  rooms.sweep();
  assert.equal(rooms.size, 0);

  const awake = await rooms.wake(1);
  assert.notEqual(awake, room);
  assert.deepEqual([awake.head, awake.epoch], [5, room.epoch]);
  const texts = (await awake.before(6, 10)).map(({ text }) => text);
  assert.deepEqual(texts, ["text 1", "text 2", "text 3", "text 4", "text 5"]);
  assert.equal((await post(awake, { text: "text 6" })).seq, 6);
});

Deno.test("a room is one, however many wake it at once", async () => {
  await using fixture = await openRooms(3);
  const awake = await Promise.all(Array.from({ length: 20 }, () => fixture.rooms.wake(7)));
  assert.equal(new Set(awake).size, 1);
});

Deno.test("a room with followers, or with events on their way, stays", async () => {
  await using fixture = await openRooms(3);
  const { rooms, clock } = fixture;
  const room = await rooms.wake(1);
  const follower = { clientId: "c", user: ANN, advance: () => {}, notify: () => {} };
  room.subscribe(follower);
  clock.now += 61_000;
  rooms.sweep();
  assert.equal(rooms.size, 1);
  room.unsubscribe(follower);
  const posted = post(room, { text: "on its way" });
  clock.now += 61_000;
  rooms.sweep();
  assert.equal(rooms.size, 1);
  await posted;
});

Deno.test("time never runs backwards in a room, even if the clock does", async () => {
  await using fixture = await openRooms(10);
  const { rooms, clock } = fixture;
  const room = await rooms.wake(1);
  const first = await post(room, { text: "now" });
  clock.now -= 3_600_000;
  const second = await post(room, { text: "an hour before" });
  assert.ok(second.ts >= first.ts);
});

Deno.test("only what is recent stays in memory once it is archived", async () => {
  await using fixture = await openRooms(3);
  const { rooms, archiver, journal } = fixture;
  const room = await rooms.wake(1);
  for (let n = 1; n <= 50; n++) await post(room, { text: `text ${n}` });
  await until(() => archiver.pending === 0);
  await journal.idle();
  assert.equal(room.recentAfter(40, 100), undefined);
  assert.equal(room.recentAfter(47, 100)?.length, 3);
});

Deno.test("a room that is removed while its events are on their way holds nothing up", async () => {
  await using fixture = await openRooms(3);
  const { rooms, archiver, journal } = fixture;
  const other = await rooms.wake(1);
  for (let round = 0; round < 60; round++) {
    const room = await rooms.wake(100 + round);
    const posts = Array.from({ length: 5 }, (_, n) => post(room, { text: `text ${n}` }));
    const settled = Promise.allSettled(posts);
    // Another moment each time: a read of the store is the clock's tick.
    for (let tick = round % 20; tick > 0; tick--) await journal.head(1);
    await rooms.discard(room.roomId);
    await settled;
    await assert.rejects(rooms.wake(room.roomId), ProtocolError);
    assert.equal((await post(other, { text: "goes on" })).seq, round + 1);
  }
  await until(() => archiver.pending === 0);
  await journal.idle();
  assert.deepEqual(await journal.unarchived(), []);
});

Deno.test("a message that leaves the window while a change of it waits is changed all the same", async () => {
  await using fixture = await openRooms(0);
  const { rooms, archiver, journal } = fixture;
  const room = await rooms.wake(1);
  for (let round = 0; round < 20; round++) {
    const { id } = await post(room, { text: "to be changed" });
    const next = post(room, { text: "next" });
    // The commit in which the journal lets go of it is on its way, most times.
    await archiver.flush();
    const draft = { type: "react", user: ANN, id, emoji: "👍" } as const;
    const target = await room.reach(draft);
    const outcome = await new Promise((resolve) => room.post(draft, resolve, target));
    assert.ok(!(outcome instanceof ProtocolError), String(outcome));
    await next;
    await journal.idle();
    const messages = await room.before(room.head + 1, 2);
    assert.deepEqual(messages[0]?.reactions, [{ emoji: "👍", users: [ANN] }]);
  }
});

Deno.test("a message that leaves the window after it was found is changed all the same", async () => {
  await using fixture = await openRooms(0);
  const { rooms, archiver, journal } = fixture;
  const room = await rooms.wake(1);
  const { id } = await post(room, { text: "to be changed" });
  const draft = { type: "react", user: ANN, id, emoji: "👍" } as const;
  const target = await room.reach(draft);
  await archiver.flush();
  await journal.idle();
  const outcome = await new Promise((resolve) => room.post(draft, resolve, target));
  assert.ok(!(outcome instanceof ProtocolError), String(outcome));
});

Deno.test("recovery of one room keeps nobody out of the others", async () => {
  await using fixture = await openRooms(3);
  const { rooms, journal } = fixture;
  const ids = Array.from({ length: 20 }, (_, index) => index + 1);
  const held = Promise.withResolvers<void>();
  journal.unarchived = () => Promise.resolve(ids);
  const load = journal.load.bind(journal);
  journal.load = async (roomId, archivedLog) => {
    if (roomId <= 10) await held.promise;
    return await load(roomId, archivedLog);
  };
  assert.equal(await rooms.recover(), 20);
  const last = await rooms.wake(20);
  assert.equal((await post(last, { text: "here already" })).seq, 1);
  assert.ok(rooms.unrecovered > 0);

  let recovered = false;
  const recovery = rooms.recovered().then(() => recovered = true);
  await rooms.wake(19);
  assert.equal(recovered, false);
  held.resolve();
  await recovery;
  assert.deepEqual([rooms.unrecovered, rooms.size], [0, 20]);
});

Deno.test("nobody hears of a change that is not on disk yet, not even by what it refuses", async () => {
  await using fixture = await openRooms(10);
  const { rooms, disk } = fixture;
  const room = await rooms.wake(1);
  const { id } = await post(room, { text: "to be deleted" });
  disk.isFull = true;
  // While this is being refused the next three wait: they would be one group.
  const busy = post(room, { text: "does not fit" });
  const remove = { type: "delete", user: ANN, id, moderates: false } as const;
  const first = put(room, remove);
  const again = put(room, remove);
  const react = put(room, { type: "react", user: ANN, id, emoji: "👍" });
  const outcomes = Promise.allSettled([busy, first, again, react]);
  await first.catch(() => disk.isFull = false);
  const codes = (await outcomes).map((outcome) =>
    outcome.status === "rejected" ? outcome.reason.code : outcome.value.seq
  );
  assert.deepEqual(codes, ["save_failed", "save_failed", 2, "not_found"]);
});
