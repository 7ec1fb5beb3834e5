/** The permanent history: the same promises in a file and on a server. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Database, DatabaseError, type Statement } from "@/db/database.ts";
import { openDatabase } from "@/db/open.ts";
import { Events, LogConflictError, type RoomBatch } from "@/db/events.ts";
import { MigratedDatabase } from "@/db/migrate.ts";
import { messageEvent } from "@/lib/protocol/event.ts";
import { sqld } from "../sqld.ts";
import { tempDir } from "../temp.ts";
import { messageOf } from "../log_events.ts";

/** Events `first` to `last` of a room. */
function batch(roomId: number, first: number, last: number, epoch = "e1"): RoomBatch {
  const events = Array.from({ length: last - first + 1 }, (_, n) => {
    const seq = first + n;
    return messageEvent({
      id: `id-${roomId}-${seq}`,
      seq,
      roomId,
      userId: "ann",
      sender: `Ann "quoted" 日本`,
      text: `text ${seq} <b> ' -- \\u0000 ${"é".repeat(seq % 7)}`,
      ts: 1000 + seq,
      txnId: seq % 2 ? `txn-${seq}` : undefined,
    });
  });
  return { roomId, epoch, events };
}

const seqs = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);
const jsons = (events: readonly { json: string }[]) => events.map(({ json }) => json);
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

interface Fixture extends AsyncDisposable {
  readonly url: string;
}

const PLACES: Record<string, () => Promise<Fixture>> = {
  async file() {
    const dir = await tempDir();
    return {
      url: `file:${dir.path}/archive.db`,
      [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
    };
  },
  async http() {
    const server = await sqld();
    await server.start();
    return server;
  },
};

for (const [place, open] of Object.entries(PLACES)) {
  const test = (promise: string, body: (events: Events, database: Database) => Promise<void>) =>
    Deno.test(`${place}: ${promise}`, async () => {
      await using fixture = await open();
      const database = new MigratedDatabase(await openDatabase(fixture));
      await body(new Events(database), database);
      await database.close();
    });

  test(
    "adding a batch reads no more of the archive than the batch's own events",
    async (_, database) => {
      const statements: Statement[] = [];
      const noting: Database = {
        close: () => database.close(),
        read: (sql, args) => database.read(sql, args),
        async write(asked) {
          statements.push(...asked);
          await database.write(asked);
        },
      };
      const events = new Events(noting);
      await events.apply([batch(1, 1, 20), batch(2, 1, 20)]);
      await events.apply([batch(1, 11, 30)]);
      for (const { sql, args } of statements) {
        for (const { detail } of await database.read(`EXPLAIN QUERY PLAN ${sql}`, args)) {
          const isArchive = /^(SCAN|SEARCH) (e|events)\b(?! VIRTUAL)/.test(String(detail));
          if (isArchive) assert.match(String(detail), /\b(seq|id)=\?/, sql);
        }
      }
      assert.ok(statements.length > 5);
    },
  );

  test("what was applied is read back as it was", async (events) => {
    const { events: sent } = batch(1, 1, 150);
    await events.apply([{ roomId: 1, epoch: "e1", events: sent }]);
    assert.deepEqual(jsons(await events.after(1, 0, 1000)), jsons(sent));
    assert.deepEqual(seqs(await events.after(1, 90, 20)), range(91, 110));
    assert.deepEqual(seqs(await events.before(1, 51, 20)), range(31, 50));
    assert.deepEqual(await events.after(2, 0, 10), []);
  });

  test("one transaction takes many rooms", async (events) => {
    await events.apply(range(1, 50).map((roomId) => batch(roomId, 1, roomId)));
    for (const roomId of [1, 25, 50]) {
      assert.equal((await events.after(roomId, 0, 100)).length, roomId);
    }
  });

  test("a batch that is applied again, or overlaps, changes nothing", async (events) => {
    await events.apply([batch(1, 1, 10)]);
    await events.apply([batch(1, 1, 10)]);
    await events.apply([batch(1, 5, 12)]);
    await events.apply([batch(1, 2, 3)]);
    assert.deepEqual(seqs(await events.after(1, 0, 100)), range(1, 12));
  });

  test("a batch of another log, or after a hole, is refused whole", async (events) => {
    await events.apply([batch(1, 1, 10)]);
    for (const conflicting of [batch(1, 11, 12, "e2"), batch(1, 12, 13)]) {
      await assert.rejects(
        events.apply([batch(2, 1, 5), conflicting]),
        (error) => error instanceof LogConflictError && error.roomId === 1,
      );
    }
    assert.deepEqual(await events.after(2, 0, 10), []);
    assert.deepEqual(seqs(await events.after(1, 0, 100)), range(1, 10));
  });

  test("other events under numbers that are taken are refused, not dropped", async (events) => {
    await events.apply([batch(1, 1, 10)]);
    const { events: others } = batch(1, 9, 12);
    const renamed = others.map((event) =>
      messageEvent({ ...messageOf(event), id: `other-${event.seq}`, txnId: undefined })
    );
    await assert.rejects(
      events.apply([{ roomId: 1, epoch: "e1", events: renamed }]),
      (error) => error instanceof LogConflictError && /another event 9/.test(error.message),
    );
    assert.deepEqual(await events.archivedLog(1), { epoch: "e1", archived: 10 });
  });

  test("a log that is made anew goes on behind what is there", async (events) => {
    assert.equal(await events.startEpoch(1, "e1"), 0);
    await events.apply([batch(1, 1, 10)]);
    assert.equal(await events.startEpoch(1, "e2"), 10);
    await events.apply([batch(1, 11, 12, "e2")]);
    assert.deepEqual(seqs(await events.after(1, 0, 100)), range(1, 12));
  });

  test("a receipt is found by user, room and txnId", async (events) => {
    await events.apply([batch(1, 1, 10), batch(2, 1, 3)]);
    assert.deepEqual(await events.receipt(1, "ann", "txn-7"), { id: "id-1-7", seq: 7, ts: 1007 });
    assert.equal(await events.receipt(2, "ann", "txn-7"), undefined);
    assert.equal(await events.receipt(1, "bob", "txn-7"), undefined);
  });

  test("a txnId that comes again does not stop the archive, and its first receipt counts", async (events) => {
    await events.apply([batch(1, 1, 3)]);
    const { events: [first] } = batch(1, 1, 1);
    assert.ok(first);
    const again = messageEvent({ ...messageOf(first), id: "id-again", seq: 4 });
    await events.apply([{ roomId: 1, epoch: "e1", events: [again] }, batch(2, 1, 1)]);
    assert.deepEqual(seqs(await events.after(1, 0, 10)), [1, 2, 3, 4]);
    assert.deepEqual(await events.receipt(1, "ann", "txn-1"), { id: "id-1-1", seq: 1, ts: 1001 });
  });

  test("long texts, more than one statement or answer may hold, are kept as they are", async (events) => {
    // 1,200 × 9 KB: sqld takes arguments up to 5 MB and gives answers up to 10 MB.
    const { events: short } = batch(1, 1, 1200);
    const long = short.map((event) =>
      messageEvent({ ...messageOf(event), text: "日".repeat(3000) })
    );
    await events.apply([{ roomId: 1, epoch: "e1", events: long }]);
    assert.deepEqual(jsons(await events.before(1, 1201, 2000)), jsons(long));
    assert.deepEqual(jsons(await events.after(1, 0, 1150)), jsons(long.slice(0, 1150)));
  });

  test("an error is a DatabaseError, and the next statement works", async (_, database) => {
    await assert.rejects(database.read("SELECT * FROM nothing"), DatabaseError);
    await assert.rejects(
      database.write([{ sql: "INSERT INTO users VALUES ('x', '{}')" }, { sql: "NONSENSE" }]),
      DatabaseError,
    );
    assert.deepEqual(await database.read("SELECT id FROM users"), [], "none of it was done");
  });
}

Deno.test("however batches overlap, are cut and repeated, the history is the same", async () => {
  await using dir = await tempDir();
  let run = 0;
  // Transactions, each of some rooms, each with so many events from so far back.
  const cut = fc.record({
    roomId: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 8 }),
    back: fc.nat(20),
  });
  const transaction = fc.uniqueArray(cut, { selector: ({ roomId }) => roomId, minLength: 1 });
  const cuts = fc.array(transaction, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(cuts, async (steps) => {
      const database = new MigratedDatabase(
        await openDatabase({ url: `file:${dir.path}/${run++}.db` }),
      );
      const events = new Events(database);
      const heads = new Map<number, number>();
      for (const cuts of steps) {
        await events.apply(cuts.map(({ roomId, length, back }) => {
          const head = heads.get(roomId) ?? 0;
          const first = Math.max(1, head + 1 - back);
          const last = first + length - 1;
          heads.set(roomId, Math.max(head, last));
          return batch(roomId, first, last);
        }));
      }
      for (const [roomId, head] of heads) {
        const expected = batch(roomId, 1, head).events;
        assert.deepEqual(jsons(await events.after(roomId, 0, 1000)), jsons(expected));
      }
      await database.close();
    }),
    { numRuns: 25, seed: 7 },
  );
});

Deno.test("a server that is killed in the middle of a stream loses and doubles nothing", async () => {
  await using server = await sqld();
  const database = new MigratedDatabase(await openDatabase(server));
  const events = new Events(database);
  await assert.rejects(events.apply([batch(1, 1, 5)]), DatabaseError, "not started yet");
  await server.start();
  let applied = 0;
  for (let round = 0; round < 3; round++) {
    const kill = new Promise((resolve) => setTimeout(resolve, 40)).then(() => server.kill());
    try {
      for (;;) {
        await events.apply([batch(1, applied + 1, applied + 20)]);
        applied += 20;
      }
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
    await kill;
    await server.start();
    // Whether the last one went through is not known: applied again it is there once.
    await events.apply([batch(1, applied + 1, applied + 20)]);
    applied += 20;
  }
  assert.deepEqual(seqs(await events.after(1, 0, 1_000_000)), range(1, applied));
  await database.close();
});
