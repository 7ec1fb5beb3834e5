/** A journal that nobody may write: told at once, to the sender, or to who starts the server. */
import assert from "node:assert/strict";
import { readOnly } from "../disk.ts";
import { failToStart, type Server, startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { Wire } from "../wire.ts";

/** Where SQLite writes what Deno KV and libSQL store. */
const FILES = ["journal.kv", "journal.kv-wal", "archive.db", "archive.db-wal"];
const SKIPPED = "SKIPPED: files can't be made read-only for root here (chattr)";

Deno.test("a journal that turns read-only refuses, is read on, and takes up again by itself", async () => {
  await using server = await startServer({ env: { FLUSH_MESSAGES: "1" } });
  using alice = await Wire.join(server, "alice");
  using bob = await Wire.join(server, "bob");
  assert.equal((await alice.say("before")).type, "ack");
  await archived(server, 1);
  {
    await using lock = await readOnly(FILES.map((name) => `${server.dataDir}/${name}`));
    if (lock === undefined) return console.warn(SKIPPED);
    for (let n = 0; n < 3; n++) assert.equal((await alice.say("now", "now")).code, "save_failed");
    assert.match(server.log(), /the journal cannot write/);
    assert.deepEqual(bob.texts, ["before"]);
    bob.send({ type: "history", roomId: 1 });
    const { messages } = await bob.next("history");
    assert.deepEqual(messages.map(({ text }: { text: string }) => text), ["before"]);
  }
  assert.equal((await alice.say("now", "now")).seq, 2);
  await bob.until(() => bob.texts.length === 2);
  assert.deepEqual(bob.texts, ["before", "now"]);
  await archived(server, 2);
  await alice.close();
  await bob.close();
  assert.equal(await server.stop(), 0);
});

for (const name of ["journal.kv", "archive.db"]) {
  Deno.test(`a start with a read-only ${name} says so in one line, and loses nothing`, async () => {
    await using dir = await tempDir();
    {
      await using server = await startServer({ dataDir: dir.path });
      using alice = await Wire.join(server, "alice");
      assert.equal((await alice.say("before")).type, "ack");
      await alice.close();
      await server.stop();
    }
    {
      await using lock = await readOnly([`${dir.path}/${name}`]);
      if (lock === undefined) return console.warn(SKIPPED);
      const { code, stderr } = await failToStart({ dataDir: dir.path });
      assert.equal(code, 1);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
      assert.match(stderr, /The (journal|archive) .*can't be (written|used).*read-?only/i);
    }
    await using server = await startServer({ dataDir: dir.path });
    using alice = await Wire.join(server, "bob", { after: 0 });
    await alice.until(() => alice.texts.length === 1);
  });
}

/** Waits until libSQL has so many events. */
function archived({ url }: Server, events: number): Promise<void> {
  return until(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return metrics.includes(`\nparley_archive_events_total ${events}\n`);
  });
}
