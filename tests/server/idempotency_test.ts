/** The same user, room and `txnId` is the same message: for ever, and whatever happened between. */
import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Wire } from "../wire.ts";

/** A small window and quick batches: messages leave memory and journal within moments. */
const SMALL = { RECENT_EVENTS: "2", FLUSH_MESSAGES: "1" };

for (
  const [kind, newTxnId] of [["opaque", () => `t-${crypto.randomUUID()}`], [
    "time-ordered",
    () => uuidv7(),
  ]] as const
) {
  Deno.test(`an ${kind} txnId gets its first ack again`, async (t) => {
    await using dir = await tempDir();
    const txnId = newTxnId();
    let first: unknown;
    const server = await startServer({ dataDir: dir.path, env: SMALL });
    using alice = await Wire.join(server, "alice");
    await t.step("at once", async () => {
      first = await alice.say("once", txnId);
      assert.deepEqual(await alice.say("once", txnId), first);
    });
    await t.step("of another user it is another message", async () => {
      using bob = await Wire.join(server, "bob");
      const other = await bob.say("of somebody else", txnId);
      assert.notEqual(other.seq, (first as { seq: number }).seq);
    });
    await t.step("when it is neither in memory nor in the journal any more", async () => {
      for (let n = 0; n < 20; n++) await alice.say(`later ${n}`, newTxnId());
      await archived(server, 22);
      assert.deepEqual(await alice.say("once", txnId), first);
    });
    await t.step("after a kill -9 and a restart", async () => {
      await server.kill();
      await using again = await startServer({ dataDir: dir.path, env: SMALL });
      using back = await Wire.join(again, "alice");
      assert.deepEqual(await back.say("once", txnId), first);
      const next = await back.say("something new", newTxnId());
      assert.equal(next.seq, 23, "no number was used for the retries");
      await again.stop();
    });
  });
}

Deno.test("1,000 twins at the same moment make one message", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "alice");
  const txnId = uuidv7();
  for (let n = 0; n < 1000; n++) alice.send({ type: "message", roomId: 1, text: "twin", txnId });
  await alice.until(() => alice.frames.filter(({ type }) => type === "ack").length === 1000);
  assert.equal(new Set(alice.frames.filter((f) => f.type === "ack").map((f) => f.id)).size, 1);
  assert.equal(alice.texts.length, 1);
});

Deno.test("messages of one sender keep their order, whatever kind of txnId they have", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "alice");
  const texts = Array.from({ length: 300 }, (_, n) => `text ${n}`);
  texts.forEach((text, n) => {
    const txnId = [undefined, `opaque ${n}`, uuidv7()][n % 3];
    alice.send({ type: "message", roomId: 1, text, txnId });
  });
  await alice.until(() => alice.texts.length === texts.length);
  assert.deepEqual(alice.texts, texts);
});

/** Waits until so many events are in libSQL and trimmed from the journal. */
async function archived(server: { url: string }, count: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    if (text.includes(`parley_archive_events_total ${count}`)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
