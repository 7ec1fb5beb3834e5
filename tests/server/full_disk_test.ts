/** A journal that cannot write says so, to the sender alone, and loses nothing. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";

Deno.test("when the journal's file can't grow the sender gets save_failed and nobody sees it", async () => {
  await using dir = await tempDir();
  const acked: string[] = [];
  {
    await using server = await startServer({ dataDir: dir.path, maxFileKiB: 1024 });
    using alice = await Wire.join(server, "alice");
    using bob = await Wire.join(server, "bob");
    let answer: Frame = { type: "ack" };
    for (let n = 0; answer.type === "ack"; n++) {
      const text = `${n} ${"x".repeat(4000)}`;
      answer = await alice.say(text);
      if (answer.type === "ack") acked.push(text);
    }
    assert.equal(answer.code, "save_failed");
    assert.ok(acked.length > 0, "some messages fitted");
    // Presence still works, and comes after whatever had been sent before.
    alice.send({ type: "typing", roomId: 1 });
    await bob.next("typing");
    assert.deepEqual(bob.texts, acked);
    assert.match(server.log(), /the journal cannot write/);
  }
  await using server = await startServer({ dataDir: dir.path });
  using alice = await Wire.join(server, "alice", { after: 0 });
  await alice.until(() => alice.texts.length >= acked.length);
  assert.deepEqual(alice.texts, acked);
  assert.equal((await alice.say("there is room again")).seq, acked.length + 1);
});
