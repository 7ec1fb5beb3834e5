/** What a disk spoils in the archive is found when it is read: never served as another message. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { DatabaseError } from "@/db/database.ts";
import { Events } from "@/db/events.ts";
import { MigratedDatabase } from "@/db/migrate.ts";
import { openDatabase } from "@/db/open.ts";
import { messageEvent } from "@/lib/protocol/event.ts";
import { seeded } from "../random.ts";
import { readSpoilt, spoil } from "../spoilt.ts";
import { tempDir } from "../temp.ts";
import { messageOf } from "../log_events.ts";

const COUNT = 40;
const NOTICE = /was damaged on the server's disk/;
const textOf = (seq: number) => `"text" ${seq} \\ \u0001 € 😀 </script> ${"x".repeat(seq)}`;

async function withEvents<Result>(
  path: string,
  use: (events: Events, database: MigratedDatabase, damaged: number[]) => Promise<Result>,
): Promise<Result> {
  const database = new MigratedDatabase(await openDatabase({ url: `file:${path}` }));
  const damaged: number[] = [];
  try {
    return await use(new Events(database, (_, seq) => damaged.push(seq)), database, damaged);
  } finally {
    await database.close();
  }
}

async function written(path: string): Promise<void> {
  const events = Array.from({ length: COUNT }, (_, index) => {
    const seq = index + 1;
    const id = `id-${seq}`;
    const text = textOf(seq);
    return messageEvent({
      id,
      seq,
      roomId: 1,
      userId: "u",
      sender: "Ann",
      text,
      ts: seq,
      txnId: id,
    });
  });
  await withEvents(path, (archive) => archive.apply([{ roomId: 1, epoch: "e", events }]));
  // All of it in one file.
  using file = new DatabaseSync(path);
  file.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

Deno.test("a changed letter is found, told, and a notice stands in its place", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/db`);
  await withEvents(`${dir.path}/db`, async (events, database, damaged) => {
    await database.write([{
      sql: "UPDATE events SET frame = replace(frame, 'text', 'next') WHERE seq = 7",
    }]);
    const found = await events.after(1, 0, 100);
    assert.deepEqual(damaged, [7]);
    for (const event of found) {
      const { text } = messageOf(event);
      if (event.seq === 7) assert.match(text, NOTICE);
      else assert.equal(text, textOf(event.seq));
    }
    assert.equal(found[6]?.facts.id, "id-7");
  });
});

Deno.test("a row that is gone is missed, not passed over", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/db`);
  await withEvents(`${dir.path}/db`, async (events, database) => {
    await database.write([{ sql: "DELETE FROM events WHERE seq = 7" }]);
    await assert.rejects(events.after(1, 0, 100), DatabaseError);
    await assert.rejects(events.after(1, 6, 1), DatabaseError);
    await assert.rejects(events.before(1, 99, 100), DatabaseError);
    assert.equal((await events.after(1, 7, 100)).length, COUNT - 7);
  });
});

Deno.test("events from before there were checksums are read", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/db`);
  await withEvents(`${dir.path}/db`, async (events, database, damaged) => {
    await database.write([{ sql: "UPDATE events SET crc = NULL" }]);
    assert.equal((await events.after(1, 0, 100)).length, COUNT);
    assert.deepEqual(damaged, []);
  });
});

Deno.test("whichever bit of the file flips: an error, a notice, or the very messages", async () => {
  const flips = Number(Deno.env.get("BIT_FLIPS") ?? 60);
  await using dir = await tempDir();
  await written(`${dir.path}/db`);
  const paths = await spoil(`${dir.path}/db`, flips, seeded(1969));
  const told = { refused: 0, noticed: 0, unharmed: 0 };
  const script = new URL("./read_spoilt.ts", import.meta.url);
  for (const [path, texts] of await readSpoilt<[number, string][]>(script, paths)) {
    if (texts === null) {
      told.refused++;
      continue;
    }
    assert.equal(texts.length, COUNT, path);
    const others = texts.filter(([seq, text]) => text !== textOf(seq));
    for (const [, text] of others) assert.match(text, NOTICE, path);
    if (others.length > 0) told.noticed++;
    else told.unharmed++;
  }
  console.log(`${flips} bits: ${JSON.stringify(told)}`);
});
