/** Many at once, and long absences: whoever comes back gets exactly what was missed. */
import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { between, seeded } from "../random.ts";
import { sqld } from "../sqld.ts";
import { until } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";
import { Proxy } from "./proxy.ts";

/** Says so many numbered things, and waits until they are all heard. */
async function talk(wire: Wire, count: number): Promise<void> {
  const from = wire.texts.length;
  for (let n = 0; n < count; n++) {
    wire.send({ type: "message", roomId: 1, text: `text ${from + n}`, txnId: uuidv7() });
  }
  await wire.until(() => wire.texts.length === from + count);
}

function joinedOf(wire: Wire): Frame {
  return wire.frames.find(({ type }) => type === "joined") ?? assert.fail("not joined");
}

Deno.test("10,000 missed events come in order; one more starts the client anew", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "alice", { batch: true });
  await talk(alice, 10_001);
  const { epoch } = joinedOf(alice);
  using bob = await Wire.join(server, "bob", { after: 1, epoch, batch: true });
  assert.equal(joinedOf(bob).resumed, true);
  await bob.until(() => bob.texts.length === 10_000);
  assert.deepEqual(bob.texts, alice.texts.slice(1));
  using carl = await Wire.join(server, "carl", { after: 0, epoch, batch: true });
  assert.equal(joinedOf(carl).resumed, false);
  assert.equal(joinedOf(carl).history.at(-1).seq, 10_001);
});

Deno.test("300 clients are cut off at once, and caught up from memory, with libSQL away", async () => {
  await using archive = await sqld();
  await archive.start();
  await using server = await startServer({ env: { LIBSQL_URL: archive.url } });
  using network = new Proxy(() => new URL(server.url));
  using alice = await Wire.join(server, "alice", { batch: true });
  await talk(alice, 50);
  const { epoch } = joinedOf(alice);
  const names = Array.from({ length: 300 }, (_, n) => `client ${n}`);
  const before = await Promise.all(names.map((name) => Wire.join(network, name)));
  await archive.kill();
  await talk(alice, 20);
  network.cut();
  await Promise.all(before.map((wire) => wire.end()));
  await talk(alice, 20);
  const start = performance.now();
  const after = await Promise.all(
    names.map((name, n) =>
      Wire.join(network, name, { after: 50 + n % 20, epoch, batch: n % 2 === 0 })
    ),
  );
  for (const [n, wire] of after.entries()) {
    assert.equal(joinedOf(wire).resumed, true);
    await wire.until(() => wire.texts.length === 40 - n % 20);
    assert.deepEqual(wire.texts, alice.texts.slice(50 + n % 20));
    wire[Symbol.dispose]();
  }
  const seconds = (performance.now() - start) / 1000;
  assert.ok(seconds < 30, `it took ${seconds} s`);
});

Deno.test("200 reconnects while everybody talks leave no hole between catching up and live", async () => {
  const random = seeded(200);
  await using server = await startServer({ env: { RECENT_EVENTS: "10" } });
  using alice = await Wire.join(server, "alice", { batch: true });
  let talking = true;
  const talker = (async () => {
    while (talking) {
      await alice.say(`text ${alice.texts.length}`, uuidv7());
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
  })();
  const heard: number[] = [];
  let epoch: string | undefined;
  for (let time = 0; time < 200; time++) {
    using bob = await Wire.join(server, "bob", {
      after: heard.length,
      epoch,
      batch: random() < 0.5,
    });
    epoch = joinedOf(bob).epoch;
    assert.equal(joinedOf(bob).resumed, true);
    const more = between(random, 0, 3);
    await bob.until(() => bob.texts.length >= more);
    const messages = bob.frames.filter(({ type }) => type === "message");
    heard.push(...messages.map(({ message }) => message.seq));
    await bob.close();
  }
  talking = false;
  await talker;
  assert.deepEqual(heard, heard.map((_, index) => index + 1));
  assert.ok(heard.length > 200, `${heard.length} heard`);
});

Deno.test("1,000 twins of one txnId by every door make one message, before and after a kill", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const txnId = uuidv7();
  const acks = new Set<string>();
  const bySocket = async ({ url }: { url: string }) => {
    using wire = await Wire.connect({ url }, { headers: { authorization: `Bearer ${ann.token}` } });
    wire.send({ type: "join", roomId: 1 });
    for (let n = 0; n < 180; n++) wire.send({ type: "message", roomId: 1, text: "twin", txnId });
    await wire.until(() => wire.frames.filter(({ type }) => type === "ack").length === 180);
    for (const { type, id, seq } of wire.frames) if (type === "ack") acks.add(`${id} ${seq}`);
  };
  const byRest = async ({ url }: { url: string }) => {
    const answer = await fetch(`${url}/api/rooms/1/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${ann.token}`, "content-type": "application/json" },
      body: JSON.stringify({ text: "twin", txnId }),
    });
    const { id, seq } = await answer.json();
    acks.add(`${id} ${seq}`);
  };
  const all = async (of: { url: string }) =>
    await Promise.all([
      ...Array.from({ length: 5 }, () => bySocket(of)),
      ...Array.from({ length: 100 }, () => byRest(of)),
    ]);
  await all(server);
  await server.kill();
  await using again = await startServer({ dataDir: server.dataDir });
  await all(again);
  assert.equal(acks.size, 1, [...acks].join());
  const reader = await signIn(again, "reader");
  using wire = await reader.join(1);
  assert.equal(joinedOf(wire).head, 1);
});

Deno.test({
  name:
    "libSQL is away for longer than the high-water mark: what is taken is kept, the rest refused",
  // Half a minute: `FAULTS=long` runs it.
  ignore: Deno.env.get("FAULTS") !== "long",
  fn: highWater,
});

async function highWater(): Promise<void> {
  await using archive = await sqld();
  await archive.start();
  const env = { LIBSQL_URL: archive.url, FLUSH_MS: "100" };
  await using server = await startServer({ env });
  using alice = await Wire.join(server, "alice", { batch: true });
  await archive.kill();
  const padding = "x".repeat(7900);
  const seqs: number[] = [];
  let refused = 0;
  alice.socket.on("message", () => {
    for (const { type, seq, code } of alice.frames.splice(0)) {
      if (type === "ack") seqs.push(seq);
      if (type === "error") {
        assert.equal(code, "overloaded");
        refused++;
      }
    }
  });
  for (let sent = 0; refused === 0 && sent < 12_000; sent++) {
    alice.send({ type: "message", roomId: 1, text: `${sent} ${padding}`, txnId: uuidv7() });
    if (sent % 200 === 0) await until(() => seqs.length + refused > sent - 400);
  }
  assert.ok(refused > 0, `${seqs.length} messages of 8 KB were taken, and none refused`);
  await until(() => alice.socket.bufferedAmount === 0);
  // Not at its next try, which may be half a minute away, but now.
  await server.kill();
  await archive.start();
  await using again = await startServer({ dataDir: server.dataDir, env });
  await until(async () => {
    const metrics = await (await fetch(`${again.url}/metrics`)).text();
    return /parley_archive_pending 0/.test(metrics);
  });
  using back = await Wire.join(again, "alice", { batch: true });
  const { head } = joinedOf(back);
  assert.ok(head >= seqs.length);
  assert.equal((await back.say("there is room again")).seq, head + 1);
  assert.deepEqual(seqs, seqs.map((_, index) => index + 1));
}
