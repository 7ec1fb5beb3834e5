/** A client that does not read costs the server nothing, and is caught up when it does. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { Wire } from "../wire.ts";

const TEXT = "x".repeat(4000);

/** Sends `count` large messages, 16 in flight, numbered from `start`. */
async function flood(wire: Wire, count: number, start = 0): Promise<void> {
  const acks = () => wire.frames.filter(({ type }) => type === "ack").length;
  wire.frames.length = 0;
  for (let sent = 0; sent < count; sent++) {
    wire.send({ type: "message", roomId: 1, text: `${start + sent} ${TEXT}` });
    await wire.until(() => acks() > sent - 16);
  }
  await wire.until(() => acks() === count);
}

/** How often a client fell behind. */
async function fallenBehind(server: { url: string }): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^parley_slow_clients_total (\d+)$/m.exec(metrics)?.[1]);
}

for (const batch of [true, false]) {
  Deno.test(`a slow ${batch ? "batch" : "plain"} client misses nothing and gets nothing twice`, async () => {
    await using server = await startServer({ env: { RECENT_EVENTS: "20" } });
    using slow = await Wire.join(server, "slow", { batch });
    slow.socket.pause();
    using fast = await Wire.join(server, "fast", { batch: true });
    // The sockets' own buffers hold some megabytes; what comes after they are full waits.
    let sent = 0;
    for (; await fallenBehind(server) === 0; sent += 100) await flood(fast, 100, sent);
    await flood(fast, 200, sent);
    slow.socket.resume();
    await slow.until(() => slow.texts.length >= sent + 200);
    assert.deepEqual(
      slow.texts.map((text) => Number(text.split(" ")[0])),
      Array.from({ length: sent + 200 }, (_, n) => n),
    );
  });
}

Deno.test("a client that stays too far behind is closed with 1013, and resumes", async () => {
  await using server = await startServer();
  using slow = await Wire.join(server, "slow", { batch: true });
  slow.socket.pause();
  using fast = await Wire.join(server, "fast", { batch: true });
  let sent = 0;
  for (; await fallenBehind(server) === 0; sent += 100) await flood(fast, 100, sent);
  await flood(fast, 1500, sent);
  slow.socket.resume();
  assert.equal(await slow.end(), 1013);
  const after = slow.texts.length;
  using back = await Wire.join(server, "slow again", { after, batch: true });
  await back.until(() => back.texts.length === sent + 1500 - after);
});

Deno.test("a room full of the longest texts can be entered, and resumed from its start", async () => {
  await using server = await startServer();
  using ann = await Wire.join(server, "ann");
  // In JSON each of these characters takes six.
  const text = "\u0001".repeat(8000);
  for (let n = 0; n < 120; n++) assert.equal((await ann.say(text)).type, "ack");
  for (const batch of [true, false]) {
    using newcomer = await Wire.connect(server, { batch });
    newcomer.send({ type: "join", roomId: 1, username: `new ${batch}` });
    const { history } = await newcomer.next("joined");
    assert.equal(history.at(-1).seq, 120);
    using back = await Wire.join(server, `back ${batch}`, { batch, after: 0 });
    await back.until(() => back.texts.length === 120);
    for (const wire of [newcomer, back]) {
      wire.send({ type: "history", roomId: 1, before: 121, limit: 100 });
      assert.equal((await wire.next("history")).messages.at(-1).seq, 120);
      wire.send({ type: "ping" });
      await wire.next("pong");
      assert.equal(wire.closed, undefined);
    }
  }
});
