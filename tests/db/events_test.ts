/** The permanent history: the same promises in a file and on a server. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Database, DatabaseError } from "@/db/database.ts";
import { openDatabase } from "@/db/open.ts";
import { Events, LogConflictError, type RoomBatch } from "@/db/events.ts";
import { MigratedDatabase } from "@/db/migrate.ts";
import { messageEvent } from "@/lib/protocol/event.ts";
import { sqld } from "../sqld.ts";
import { tempDir } from "../temp.ts";

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
  const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat(5)), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(cuts, async (steps) => {
      const database = new MigratedDatabase(
        await openDatabase({ url: `file:${dir.path}/${run++}.db` }),
      );
      const events = new Events(database);
      let head = 0;
      for (const [length, back] of steps) {
        const first = Math.max(1, head + 1 - back);
        await events.apply([batch(1, first, first + length - 1)]);
        head = Math.max(head, first + length - 1);
      }
      assert.deepEqual(seqs(await events.after(1, 0, 1000)), range(1, head));
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
