/** The promise: a message that was acknowledged is never lost, doubled or moved. */
import assert from "node:assert/strict";
import { createClient } from "@libsql/client";
import { type Server, startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";

const KILLS = 10;
const SENDERS = ["ann", "ben", "cat", "dan"];

const SETTINGS: Record<string, Record<string, string>> = {
  "as it comes": {},
  "with a journal that lets go of everything at once": { RECENT_EVENTS: "1", FLUSH_MESSAGES: "1" },
};

for (const [settings, env] of Object.entries(SETTINGS)) {
  Deno.test(`kill -9 while four clients send as fast as they can, ten times over, ${settings}`, () =>
    killAndCompare(env));
}

async function killAndCompare(env: Record<string, string>): Promise<void> {
  await using dir = await tempDir();
  /** text → seq of every acknowledged message. */
  const acked = new Map<string, number>();
  for (let round = 0; round < KILLS; round++) {
    await using server = await startServer({ dataDir: dir.path, env });
    const senders = await Promise.all(
      SENDERS.map((name) => sendForEver(server, name, round, acked)),
    );
    // A different moment each time: after 50, 100, 150 … more acknowledged messages.
    const goal = acked.size + 50 * (round + 1);
    await until(() => acked.size >= goal);
    await server.kill();
    for (const wire of senders) wire[Symbol.dispose]();
  }

  await using server = await startServer({ dataDir: dir.path, env });
  using reader = await Wire.join(server, "reader", { after: 0, batch: true });
  const { head } = reader.frames.find(({ type }) => type === "joined") as Frame;
  await reader.until(() => reader.texts.length === head);
  const live = reader.frames.filter(({ type }) => type === "message").map((f) => f.message);
  assert.equal(await server.stop(), 0);

  const database = createClient({ url: `file:${dir.path}/archive.db` });
  const { rows } = await database.execute(
    "SELECT frame FROM events WHERE room_id = 1 ORDER BY seq",
  );
  database.close();
  const archived = rows.map(({ frame }) => JSON.parse(String(frame)).message);

  for (const [place, messages] of [["socket", live], ["libSQL", archived]] as const) {
    assert.deepEqual(
      messages.map(({ seq }) => seq),
      Array.from({ length: head }, (_, n) => n + 1),
      `${place}: no hole, nothing twice, in order`,
    );
    const seqs = new Map(messages.map(({ text, seq }) => [text, seq]));
    assert.equal(seqs.size, messages.length, `${place}: every text once`);
    for (const [text, seq] of acked) assert.equal(seqs.get(text), seq, `${place}: ${text}`);
    for (const name of SENDERS) assertOrder(messages, name);
  }
}

/** Sends numbered messages, eight in flight, until the connection breaks. */
async function sendForEver(
  server: Server,
  name: string,
  round: number,
  acked: Map<string, number>,
): Promise<Wire> {
  const wire = await Wire.join(server, name, { batch: true });
  let n = 0;
  const send = () => {
    const text = `${name} ${round} ${n++}`;
    wire.send({ type: "message", roomId: 1, text, txnId: text });
  };
  wire.socket.on("message", () => {
    for (const frame of wire.frames.splice(0)) {
      if (frame.type !== "ack") continue;
      acked.set(frame.txnId, frame.seq);
      send();
    }
  });
  for (let inFlight = 0; inFlight < 8; inFlight++) send();
  return wire;
}

/** What one person sent stands in the order in which it was sent. */
function assertOrder(messages: { text: string }[], name: string): void {
  const own = messages.map(({ text }) => text.split(" ")).filter(([sender]) => sender === name);
  const order = own.map(([_, round, n]) => Number(round) * 1e6 + Number(n));
  assert.deepEqual(order, order.toSorted((a, b) => a - b), `the order of ${name}`);
}
