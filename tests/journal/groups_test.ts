/** What several rooms say at the same moment is stored together, and stays each room's own. */
import assert from "node:assert/strict";
import { KvJournal } from "@/lib/journal/kv_journal.ts";
import { createLog } from "@/lib/log.ts";
import { Metrics } from "@/lib/metrics.ts";
import { failingKv } from "../failing_kv.ts";
import { textOf } from "../log_events.ts";
import { between, seeded } from "../random.ts";
import { tempKv, until } from "../temp.ts";
import { TestWriter } from "./writer.ts";

const START = { epoch: "e1", head: 0, archived: 0, inherited: 0 };
const ROOMS = [1, 2, 3, 4, 5, 6];
const NOTICE = /was damaged on the server's disk/;
const nothingArchived = () => Promise.resolve(undefined);

function journalOf(kv: Deno.Kv, write: (line: string) => void = () => {}): KvJournal {
  return new KvJournal(kv, new Metrics(), createLog({ format: "json", level: "error", write }));
}

function createRooms(journal: KvJournal): TestWriter[] {
  return ROOMS.map((roomId) => {
    journal.create(roomId, START);
    return new TestWriter(roomId);
  });
}

/** All rooms say something, and it is stored. */
async function say(journal: KvJournal, writers: readonly TestWriter[], text: string) {
  for (const writer of writers) {
    writer.queue.push({ text: `${text} in ${writer.roomId}` });
    journal.schedule(writer);
  }
  await until(() => writers.every(isDone));
}

/** Whether all that it was to write is stored or refused. */
function isDone({ queue, taken }: TestWriter): boolean {
  return queue.length === 0 && taken.length === 0;
}

async function textsOf(journal: KvJournal, roomId: number): Promise<string[]> {
  const log = await journal.load(roomId, nothingArchived);
  const events = log?.events ?? [];
  assert.deepEqual(events.map(({ seq }) => seq), events.map((_, n) => n + (events[0]?.seq ?? 0)));
  return events.map(textOf);
}

/** The same KV, which stores nothing any more after so many commits: as if the process was gone. */
function mortal(kv: Deno.Kv, commits: number): { kv: Deno.Kv; dead: () => boolean } {
  let left = commits;
  return { kv: failingKv(kv, () => left-- <= 0), dead: () => left < 0 };
}

async function valuesUnder(kv: Deno.Kv, prefix: Deno.KvKey): Promise<Uint8Array[]> {
  return (await Array.fromAsync(kv.list<Uint8Array>({ prefix }))).map(({ value }) => value);
}

Deno.test("rooms that speak at once share one value, and soon each has its own again", async () => {
  await using temp = await tempKv();
  const { kv } = temp;
  const journal = journalOf(kv);
  const writers = createRooms(journal);
  await say(journal, writers, "hello");
  assert.ok((await valuesUnder(kv, ["log_group"])).length > 0);
  await journal.idle();
  assert.deepEqual(await valuesUnder(kv, ["log_group"]), []);
  for (const roomId of ROOMS) {
    assert.equal((await valuesUnder(kv, ["log", roomId])).length, 1);
    assert.deepEqual(await textsOf(journalOf(kv), roomId), [`hello in ${roomId}`]);
  }
});

for (let commits = 1; commits <= 40; commits++) {
  Deno.test(`killed behind commit ${commits} each log is whole, and not more than was said`, async () => {
    await using temp = await tempKv();
    const random = seeded(commits);
    const { kv, dead } = mortal(temp.kv, commits);
    const journal = journalOf(kv);
    const writers = createRooms(journal);
    const archived = new Set<number>();
    for (let n = 0; !dead(); n++) {
      for (const writer of writers) {
        if (random() < 0.3) continue;
        const long = random() < 0.05 ? 9000 : between(random, 1, 2000);
        writer.queue.push({ text: `${n} in ${writer.roomId} ${"x".repeat(long)}` });
        journal.schedule(writer);
      }
      await until(() => writers.every(isDone));
      if (random() < 0.2) {
        const writer = writers[between(random, 0, 5)] as TestWriter;
        if (writer.head === 0) continue;
        journal.trim(writer, writer.head, between(random, 0, writer.head));
        archived.add(writer.roomId);
      }
      if (random() < 0.2) await journal.idle();
    }
    await journal.idle();

    const again = journalOf(temp.kv);
    const unarchived = await again.unarchived();
    for (const { roomId, stored, refused, trimmedTo, head } of writers) {
      assert.ok(await again.head(roomId) >= head);
      const texts = await textsOf(again, roomId);
      const kept = stored.filter(({ seq }) => seq > trimmedTo).map(({ text }) => text);
      // The last commit may have been stored although nobody heard of it.
      assert.deepEqual(texts.slice(0, kept.length), kept);
      assert.deepEqual(texts.slice(kept.length), refused.slice(0, texts.length - kept.length));
      if (texts.length > 0 && !archived.has(roomId)) assert.ok(unarchived.includes(roomId));
    }
    assert.deepEqual(await valuesUnder(temp.kv, ["log_group"]), []);
  });
}

Deno.test("a damaged group: notices in the place of its parts, all else stays", async () => {
  await using temp = await tempKv();
  const { kv } = temp;
  const { kv: dying } = mortal(kv, 4);
  const journal = journalOf(dying);
  const writers = createRooms(journal);
  for (const text of ["one", "two", "three"]) await say(journal, writers, text);
  const [, damaged] = await Array.fromAsync(kv.list<Uint8Array>({ prefix: ["log_group"] }));
  if (damaged === undefined) assert.fail("there are no two groups");
  const { key, value } = damaged;
  value[value.length - 20] = (value[value.length - 20] ?? 0) ^ 4;
  await kv.set(key, value);

  let log = "";
  const again = journalOf(kv, (line) => log += line);
  let notices = 0;
  for (const { roomId, stored } of writers) {
    const texts = await textsOf(again, roomId);
    assert.equal(texts.length, stored.length);
    texts.forEach((text, n) => {
      if (NOTICE.test(text)) notices++;
      else assert.equal(text, stored[n]?.text);
    });
  }
  assert.ok(notices > 0 && notices <= ROOMS.length, `${notices} notices`);
  assert.match(log, /a part of the journal was damaged/);
  assert.deepEqual(await valuesUnder(kv, ["damaged_log_group"]), [value], "it is set aside");
  await journal.idle();
});

Deno.test("a room that is no more does not come back from a group", async () => {
  await using temp = await tempKv();
  const { kv: dying } = mortal(temp.kv, 3);
  const journal = journalOf(dying);
  const writers = createRooms(journal);
  await say(journal, writers, "hello");
  await journal.drop(3);
  const again = journalOf(temp.kv);
  assert.equal(await again.load(3, nothingArchived), undefined);
  assert.deepEqual(await textsOf(again, 4), ["hello in 4"]);
  await journal.idle();
});

Deno.test("a deleted text is in no room's own log, when it was in a group only", async () => {
  await using temp = await tempKv();
  const { kv } = temp;
  const journal = journalOf(kv);
  const writers = createRooms(journal);
  await say(journal, writers, "a secret");
  const [first] = writers;
  first?.queue.push({ text: "", deletes: "id-1-1" });
  if (first !== undefined) journal.schedule(first);
  await journal.idle();
  const decoder = new TextDecoder();
  const [one, two] = await Promise.all([1, 2].map((room) => valuesUnder(kv, ["log", room])));
  assert.doesNotMatch(one?.map((value) => decoder.decode(value)).join() ?? "", /a secret/);
  assert.match(two?.map((value) => decoder.decode(value)).join() ?? "", /a secret/);
  assert.deepEqual(await valuesUnder(kv, ["log_group"]), []);
});
