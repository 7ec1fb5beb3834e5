/** What stops the start says so in one clear line, and exits with 1. */
import assert from "node:assert/strict";
import { failToStart, startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { Wire } from "../wire.ts";

function oneLine(stderr: string): string {
  const lines = stderr.trim().split("\n");
  assert.equal(lines.length, 1, `more than one line: ${stderr}`);
  return lines[0] ?? "";
}

Deno.test("a taken port", async () => {
  await using dir = await tempDir();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const { code, stderr } = await failToStart({ dataDir: dir.path, env: { PORT: String(port) } });
  assert.equal(code, 1);
  assert.match(oneLine(stderr), new RegExp(`Port ${port} .* is taken`));
});

Deno.test("a data folder that can't be written", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/file`, "in the way");
  const { code, stderr } = await failToStart({ dataDir: `${dir.path}/file/data` });
  assert.equal(code, 1);
  assert.match(oneLine(stderr), /data folder .* can't be written/);
});

Deno.test("a data folder that another server has", async () => {
  await using server = await startServer();
  const { code, stderr } = await failToStart({ dataDir: server.dataDir });
  assert.equal(code, 1);
  assert.match(oneLine(stderr), /in use by another/);
});

Deno.test("a configuration that makes no sense: every bad value is named", async () => {
  await using dir = await tempDir();
  const env = { PORT: "http", FLUSH_MS: "-1", LIBSQL_URL: "mysql://x" };
  const { code, stderr } = await failToStart({ dataDir: dir.path, env });
  assert.equal(code, 1);
  for (const name of Object.keys(env)) assert.match(oneLine(stderr), new RegExp(`${name}: must`));
});

for (const url of ["file:", "file::memory:", "https://", "libsql://?", "http://a b"]) {
  Deno.test(`a libSQL address that keeps nothing, or is none: ${url}`, async () => {
    await using dir = await tempDir();
    const { code, stderr } = await failToStart({ dataDir: dir.path, env: { LIBSQL_URL: url } });
    assert.equal(code, 1);
    assert.match(oneLine(stderr), /LIBSQL_URL: must/);
  });
}

Deno.test("pictures that can't be kept where they belong", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(`${dir.path}/uploads`, "in the way");
  const { code, stderr } = await failToStart({ dataDir: dir.path });
  assert.equal(code, 1);
  assert.match(oneLine(stderr), /uploads can't be used/);
});

Deno.test("SIGTERM ends the server with 0, everything archived", async () => {
  await using dir = await tempDir();
  const server = await startServer({ dataDir: dir.path });
  assert.equal(await server.stop(), 0);
});

Deno.test("SIGTERM ends the server with 0 while people send as fast as they can", async () => {
  await using dir = await tempDir();
  const acked = new Map<number, string>();
  {
    await using server = await startServer({ dataDir: dir.path });
    const senders = await Promise.all(
      Array.from({ length: 20 }, (_, n) => Wire.join(server, `sender ${n}`, { batch: true })),
    );
    for (const { socket, frames } of senders) {
      const say = () => {
        const txnId = crypto.randomUUID();
        socket.send(JSON.stringify({ type: "message", roomId: 1, text: txnId, txnId }));
      };
      socket.on("message", () => {
        for (const { type, seq, txnId } of frames.splice(0)) {
          if (type !== "ack") continue;
          acked.set(seq, txnId);
          say();
        }
      });
      for (let inFlight = 0; inFlight < 32; inFlight++) say();
    }
    // By then libSQL lags behind, and the journal is never without work.
    await until(() => acked.size > 30_000);
    assert.equal(await server.stop(), 0, server.log());
    await Promise.all(senders.map((wire) => wire.end()));
  }
  await using server = await startServer({ dataDir: dir.path });
  const last = Math.max(...acked.keys());
  using reader = await Wire.join(server, "reader", { after: last - 5000 });
  await reader.until(() => reader.texts.length >= 5000);
  for (const { type, message } of reader.frames) {
    if (type === "message") assert.equal(message.text, acked.get(message.seq) ?? message.text);
  }
});
