/** Power may go at any moment: what a client was told must have been on the disk before. */
import assert from "node:assert/strict";
import { startServer } from "../../parley.ts";
import { tempDir, until } from "../../temp.ts";
import { Wire } from "../../wire.ts";
import { judgeTrace, strace, type Verdict } from "./trace.ts";

const ACKS = Number(Deno.env.get("TRACED_ACKS") ?? 1000);
const IDS = /id-\d{7}/g;

const WRITE = String
  .raw`1 pwrite64(9</d/journal.kv-wal>, "\"txnId\":\"id-0000001\"", 4096, 0) = 4096`;
const SYNC = "1 fsync(9</d/journal.kv-wal>) = 0";
const TELL = String
  .raw`2 sendto(8<socket:[1]>, "{\"type\":\"ack\",\"txnId\":\"id-0000001\"}", 40, 0, NULL, 0) = 40`;

function verdict(...lines: string[]): [number, number] {
  const { acks, early } = judgeTrace(lines, IDS);
  return [acks, early.length];
}

Deno.test("a trace in which the ack follows the sync is fine", () => {
  assert.deepEqual(verdict(WRITE, SYNC, TELL), [1, 0]);
});

Deno.test("a trace in which anything is missing, late, of another file, or failed, is not", () => {
  assert.deepEqual(verdict(WRITE, TELL), [1, 1], "no sync");
  assert.deepEqual(verdict(SYNC, TELL), [1, 1], "no write");
  assert.deepEqual(verdict(WRITE, TELL, SYNC), [1, 1], "a late sync");
  assert.deepEqual(verdict(SYNC, WRITE, TELL), [1, 1], "an early sync");
  assert.deepEqual(verdict(WRITE, SYNC.replace("journal.kv", "other"), TELL), [1, 1]);
  assert.deepEqual(verdict(WRITE, SYNC.replace("= 0", "= -1 EIO (I/O error)"), TELL), [1, 1]);
});

Deno.test("a sync counts from its begin, and when it has ended", () => {
  const begin = "1 fsync(9</d/journal.kv-wal> <unfinished ...>";
  const end = "1 <... fsync resumed>) = 0";
  assert.deepEqual(verdict(WRITE, begin, end, TELL), [1, 0]);
  assert.deepEqual(verdict(WRITE, begin, TELL, end), [1, 1]);
  assert.deepEqual(verdict(begin, WRITE, end, TELL), [1, 1]);
});

const tracer = await can("strace", "--version");
const compiler = await can("cc", "--version");
if (!tracer) console.warn("NOT PROVEN HERE, strace is not installed: acks wait for the disk");

Deno.test({
  name: `of ${ACKS} messages not one was told to anybody before it was on the disk`,
  ignore: !tracer,
  async fn() {
    const { acks, syncs, early } = await trace({});
    assert.deepEqual(early, []);
    assert.ok(acks >= ACKS, `${acks} acks`);
    console.log(`${acks} acks after ${syncs} syncs`);
  },
});

Deno.test({
  name: "a journal in memory is found out",
  ignore: !tracer,
  async fn() {
    const { acks, early } = await trace({ KV_URL: ":memory:" }, 20);
    assert.ok(acks >= 20 && early.length >= 20, `${early.length} of ${acks}`);
  },
});

Deno.test({
  name: "a system whose fsync does nothing is found out",
  ignore: !tracer || !compiler,
  async fn() {
    await using dir = await tempDir();
    const [source, library] = [`${dir.path}/no_sync.c`, `${dir.path}/no_sync.so`];
    await Deno.writeTextFile(source, "int fsync(int f){return 0;} int fdatasync(int f){return 0;}");
    assert.ok(await can("cc", "-shared", "-fPIC", "-o", library, source));
    const { acks, early } = await trace({ LD_PRELOAD: library }, 20);
    assert.ok(acks >= 20 && early.length >= 20, `${early.length} of ${acks}`);
  },
});

/** Lets four people send at once until so many messages are acknowledged. */
async function trace(env: Record<string, string>, count = ACKS): Promise<Verdict> {
  await using dir = await tempDir();
  const file = `${dir.path}/trace`;
  const server = await startServer({ dataDir: `${dir.path}/data`, env, under: strace(file) });
  let sent = 0;
  let acked = 0;
  const wires = await Promise.all(["ann", "ben", "cat", "dan"].map(async (name) => {
    const wire = await Wire.join(server, name, { batch: true });
    const say = () => {
      const txnId = `id-${String(sent++).padStart(7, "0")}`;
      // Twice in the message: a page's end divides one of them at most.
      wire.send({ type: "message", roomId: 1, text: txnId.padEnd(40, "."), txnId });
    };
    wire.socket.on("message", () => {
      for (const { type } of wire.frames.splice(0)) {
        if (type !== "ack") continue;
        acked++;
        if (sent < count) say();
      }
    });
    for (let n = 0; n < 8; n++) say();
    return wire;
  }));
  await until(() => acked >= count);
  for (const wire of wires) wire[Symbol.dispose]();
  await server.stop();
  return judgeTrace((await Deno.readTextFile(file)).split("\n"), IDS);
}

async function can(command: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdout: "null" }).output()).success;
  } catch {
    return false;
  }
}
