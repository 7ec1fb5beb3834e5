/**
 * What a power cut leaves are files as they were at one moment. Here they are those of a server that
 * is frozen in the middle of its work: opened again, they must hold all that was acknowledged before.
 */
import assert from "node:assert/strict";
import { startServer } from "../../parley.ts";
import { between, seeded } from "../../random.ts";
import { tempDir, until } from "../../temp.ts";
import { Wire } from "../../wire.ts";

Deno.test("files copied at any moment open again with every message acknowledged before", async () => {
  const random = seeded(1977);
  await using dir = await tempDir();
  await using server = await startServer({ dataDir: `${dir.path}/data` });
  using wire = await Wire.join(server, "ann", { batch: true });
  const acked = new Map<string, number>();
  let sent = 0;
  const say = () => {
    const txnId = `n${sent++}`;
    wire.send({ type: "message", roomId: 1, text: `text of ${txnId}`, txnId });
  };
  wire.socket.on("message", () => {
    for (const { type, txnId, seq } of wire.frames.splice(0)) {
      if (type !== "ack") continue;
      acked.set(txnId, seq);
      setTimeout(say, 5);
    }
  });
  for (let n = 0; n < 16; n++) say();

  for (let copy = 0; copy < 3; copy++) {
    const goal = acked.size + between(random, 1, 100);
    await until(() => acked.size >= goal);
    const promised = new Map(acked);
    Deno.kill(server.pid, "SIGSTOP");
    await copyFiles(server.dataDir, `${dir.path}/${copy}`);
    Deno.kill(server.pid, "SIGCONT");

    await using again = await startServer({ dataDir: `${dir.path}/${copy}` });
    using reader = await Wire.join(again, "reader", { after: 0 });
    const { head } = reader.frames.find(({ type }) => type === "joined") ?? {};
    await reader.until(() => reader.texts.length === head);
    for (const [txnId, seq] of promised) {
      assert.equal(reader.texts[seq - 1], `text of ${txnId}`, `${seq} of copy ${copy}`);
    }
  }
});

/** All but the lock and SQLite's shared memory, which does not outlive a power cut. */
async function copyFiles(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile && !name.endsWith("-shm")) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
