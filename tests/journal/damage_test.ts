/** What a disk spoils is found when it is read: never served as another message, nor in its place. */
import assert from "node:assert/strict";
import { KvJournal } from "@/lib/journal/kv_journal.ts";
import { createLog } from "@/lib/log.ts";
import { Metrics } from "@/lib/metrics.ts";
import { seeded } from "../random.ts";
import { readSpoilt, spoil } from "../spoilt.ts";
import { tempDir } from "../temp.ts";
import { TestWriter } from "./writer.ts";
import { textOf } from "../log_events.ts";

const START = { epoch: "e1", head: 0, archived: 0, inherited: 0 };
const NOTICE = /was damaged on the server's disk/;
const nothingArchived = () => Promise.resolve(undefined);

/** A journal file with the texts "text 1" … "text 9" in room 1, three to an entry. */
async function written(path: string): Promise<void> {
  using kv = await Deno.openKv(path);
  const journal = new KvJournal(kv, new Metrics(), createLog({ format: "json", level: "error" }));
  const writer = new TestWriter(1);
  journal.create(1, START);
  for (const first of [1, 4, 7]) {
    for (let n = first; n < first + 3; n++) writer.queue.push({ text: `text ${n}` });
    journal.schedule(writer);
    await journal.idle();
  }
}

async function load(kv: Deno.Kv, archivedLog = nothingArchived as never) {
  let log = "";
  const write = (line: string) => log += line;
  const journal = new KvJournal(
    kv,
    new Metrics(),
    createLog({ format: "json", level: "error", write }),
  );
  const { state, events } = await journal.load(1, archivedLog) ?? assert.fail("there is no log");
  const texts = events.map(textOf);
  return { state, seqs: events.map(({ seq }) => seq), texts, log };
}

async function damage(kv: Deno.Kv, ...firstSeqs: number[]): Promise<void> {
  for (const seq of firstSeqs) {
    const { value } = await kv.get<Uint8Array>(["log", 1, seq]);
    if (value === null) assert.fail(`no entry ${seq}`);
    value[value.length - 20] = (value[value.length - 20] ?? 0) ^ 4;
    await kv.set(["log", 1, seq], value);
  }
}

for (const first of [1, 4, 7]) {
  Deno.test(`a damaged entry that is not archived: a notice in its place, all else stays (${first})`, async () => {
    await using dir = await tempDir();
    await written(`${dir.path}/kv`);
    using kv = await Deno.openKv(`${dir.path}/kv`);
    await damage(kv, first);
    const { seqs, texts, log } = await load(kv);
    assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    texts.forEach((text, index) => {
      const lost = index + 1 >= first && index + 1 < first + 3;
      if (lost) assert.match(text, NOTICE);
      else assert.equal(text, `text ${index + 1}`);
    });
    const { roomId, from, to, lost } = JSON.parse(log);
    assert.deepEqual({ roomId, from, to, lost }, {
      roomId: 1,
      from: first,
      to: first + 2,
      lost: 3,
    });
    assert.ok((await kv.get(["damaged", 1, first])).value, "it is set aside as it was");
    assert.deepEqual((await load(kv)).texts, texts, "the second time nothing is mended again");
  });
}

Deno.test("a damaged entry that is archived is left to the archive", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  using kv = await Deno.openKv(`${dir.path}/kv`);
  await damage(kv, 4);
  const archived = (() => Promise.resolve({ epoch: "e1", archived: 7 })) as never;
  const { state, texts, log } = await load(kv, archived);
  assert.deepEqual(texts, ["text 7", "text 8", "text 9"]);
  assert.deepEqual(state, { epoch: "e1", head: 9, archived: 6, inherited: 6 });
  assert.equal(JSON.parse(log).lost, 0);
});

Deno.test("what another log has archived says nothing about this one", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  using kv = await Deno.openKv(`${dir.path}/kv`);
  await damage(kv, 4);
  const other = (() => Promise.resolve({ epoch: "e2", archived: 7 })) as never;
  assert.equal((await load(kv, other)).texts.length, 9);
});

Deno.test("while the archive can't be asked nothing is given up", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  using kv = await Deno.openKv(`${dir.path}/kv`);
  await damage(kv, 4);
  await assert.rejects(load(kv, (() => Promise.reject(new Error("away"))) as never), /away/);
  assert.equal((await load(kv)).texts.length, 9);
});

Deno.test("an entry that is missing is missed", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  using kv = await Deno.openKv(`${dir.path}/kv`);
  await kv.delete(["log", 1, 4]);
  const { seqs, texts } = await load(kv);
  assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.match(texts[4] ?? "", NOTICE);
});

Deno.test("an entry under a wrong number is read where it belongs", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  using kv = await Deno.openKv(`${dir.path}/kv`);
  const { value } = await kv.get(["log", 1, 4]);
  await kv.atomic().delete(["log", 1, 4]).set(["log", 1, 68], value).commit();
  for (let time = 0; time < 2; time++) {
    assert.deepEqual((await load(kv)).texts, Array.from({ length: 9 }, (_, n) => `text ${n + 1}`));
  }
});

Deno.test("entries from before there were checksums are read", async () => {
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  using kv = await Deno.openKv(`${dir.path}/kv`);
  const { value } = await kv.get<Uint8Array>(["log", 1, 1]);
  await kv.set(["log", 1, 1], value?.slice(7));
  await kv.set(["room_log", 1], { epoch: "e1", archived: 0, inherited: 0 });
  const { texts, log } = await load(kv);
  assert.deepEqual(texts, Array.from({ length: 9 }, (_, n) => `text ${n + 1}`));
  assert.equal(log, "");
});

Deno.test("whichever bit of the file flips: an error, a notice, or the very messages", async () => {
  const flips = Number(Deno.env.get("BIT_FLIPS") ?? 100);
  await using dir = await tempDir();
  await written(`${dir.path}/kv`);
  const paths = await spoil(`${dir.path}/kv`, flips, seeded(1918));
  const told = { refused: 0, noticed: 0, unharmed: 0 };
  const script = new URL("./read_spoilt.ts", import.meta.url);
  for (const [path, texts] of await readSpoilt<string[]>(script, paths)) {
    if (texts === null) {
      told.refused++;
      continue;
    }
    assert.ok(texts.length >= 9, `${path}: the log is shorter`);
    const others = texts.filter((text, index) => text !== `text ${index + 1}`);
    for (const text of others) assert.match(text, NOTICE, path);
    if (others.length > 0) told.noticed++;
    else told.unharmed++;
  }
  console.log(`${flips} bits: ${JSON.stringify(told)}`);
});
