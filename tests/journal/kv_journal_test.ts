import assert from "node:assert/strict";
import { KvJournal } from "@/lib/journal/kv_journal.ts";
import { createLog } from "@/lib/log.ts";
import { Metrics } from "@/lib/metrics.ts";
import { journalSuite } from "../journal_suite.ts";
import { tempDir } from "../temp.ts";
import { TestWriter } from "./writer.ts";

const silent = createLog({ format: "json", level: "error", write: () => {} });
const START = { epoch: "e1", head: 0, archived: 0, inherited: 0 };

journalSuite("Deno KV journal", async () => {
  const dir = await tempDir();
  const path = `${dir.path}/journal.kv`;
  let kv = await Deno.openKv(path);
  return {
    journal: new KvJournal(kv, new Metrics(), silent),
    async reopen() {
      kv.close();
      kv = await Deno.openKv(path);
      return new KvJournal(kv, new Metrics(), silent);
    },
    async [Symbol.asyncDispose]() {
      kv.close();
      await dir[Symbol.asyncDispose]();
    },
  };
});

Deno.test("a commit that fails refuses its whole group and leaves no hole", async () => {
  await using dir = await tempDir();
  using kv = await Deno.openKv(`${dir.path}/journal.kv`);
  const journal = new KvJournal(kv, new Metrics(), silent);
  const [writer, other] = [new TestWriter(1), new TestWriter(2)];
  journal.create(1, START);
  journal.create(2, START);
  const tooLarge = "x".repeat(70_000);
  // While "a" is being stored the next two wait: they are one group.
  for (const [log, text] of [[writer, "a"], [writer, tooLarge], [other, "b"]] as const) {
    log.queue.push({ text });
    journal.schedule(log);
  }
  await journal.idle();
  writer.queue.push({ text: "c" });
  journal.schedule(writer);
  await journal.idle();
  assert.deepEqual(writer.stored, [{ seq: 1, text: "a" }, { seq: 2, text: "c" }]);
  assert.deepEqual([...writer.refused, ...other.refused], [tooLarge, "b"]);
});

Deno.test("receipts that an older version filed one by one are still found", async () => {
  await using dir = await tempDir();
  using kv = await Deno.openKv(`${dir.path}/journal.kv`);
  const receipt = { id: "id-1-1", seq: 1, ts: 1 };
  await kv.set(["txn", 1, "ann", "my-id"], receipt);
  const journal = new KvJournal(kv, new Metrics(), silent);
  journal.create(1, START);
  assert.deepEqual(await journal.receipt(1, "ann", "my-id"), receipt);
  assert.equal(journal.isUnused(1, "ann", "my-id"), false);
  assert.equal(await journal.receipt(1, "ann", "another"), undefined);
});
