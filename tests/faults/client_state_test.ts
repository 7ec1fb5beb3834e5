/**
 * What the browser's client shows, built from events over a network that is cut at any byte and a
 * server that is killed, is what somebody who asks anew gets.
 */
import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { WebSocket } from "ws";
import { type Connect, MemoryStore, systemClock } from "@/lib/client/platform.ts";
import { RoomClient } from "@/lib/client/room_client.ts";
import { type Person, signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { between, oneOf, seeded } from "../random.ts";
import { tempDir, until } from "../temp.ts";
import { Proxy } from "./proxy.ts";

const NAMES = ["ann", "ben", "cat"];

Deno.test("a client's state after cuts and kills is what a fresh fetch gives", async () => {
  const random = seeded(85);
  await using dir = await tempDir();
  const start = () => startServer({ dataDir: dir.path, env: { RECENT_EVENTS: "20" } });
  await using servers = new AsyncDisposableStack();
  let server = servers.use(await start());
  using network = new Proxy(() => new URL(server.url));
  const people: Person[] = [];
  for (const name of NAMES) people.push(await signIn(server, name));
  const clients = await Promise.all(people.map((person) => openClient(person, network, random)));
  const written: string[] = [];
  for (let step = 0; step < 80; step++) {
    const kind = random();
    if (kind < 0.75) {
      const text = `text ${step}`;
      written.push(text);
      oneOf(random, clients).send(text);
    } else if (kind < 0.95) {
      network.cut(() => between(random, 1, 3000));
    } else {
      await server.kill();
      server = servers.use(await start());
    }
    await new Promise((resolve) => setTimeout(resolve, between(random, 0, 40)));
  }
  await until(() =>
    clients.every(({ state }) =>
      state.pending.length === 0 && state.link === "online" && state.head === written.length &&
      state.messages.at(-1)?.seq === written.length
    )
  );
  const fresh = await fetch(`${server.url}/api/rooms/1/messages?limit=100`, {
    headers: { authorization: `Bearer ${people[0]?.token}` },
  });
  const { messages } = await fresh.json();
  for (const { state } of clients) {
    assert.deepEqual(state.messages.slice(-20), messages.slice(-20));
    const seqs = state.messages.map(({ seq }) => seq);
    assert.deepEqual(seqs, seqs.map((_, index) => (seqs[0] ?? 0) + index), "no hole");
  }
  assert.equal(messages.at(-1).seq, written.length, "each was stored once");
  for (const client of clients) client.close();
});

/** A client of the lobby that stands where its page would have put it. */
async function openClient(
  person: Person,
  network: Proxy,
  random: () => number,
): Promise<RoomClient> {
  using wire = await person.join(1);
  const joined = wire.frames.find(({ type }) => type === "joined") ?? assert.fail("not joined");
  const { room, self, members, head, epoch, readSeq, history } = joined;
  return new RoomClient({
    snapshot: { room, self, members, head, epoch, readSeq, history, more: false },
    url: `${network.url.replace("http", "ws")}/ws?batch=1`,
    connect: connectAs(person.token),
    clock: systemClock,
    random,
    store: new MemoryStore(),
    newTxnId: () => uuidv7(),
  });
}

function connectAs(token: string): Connect {
  return (url, events) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    socket.on("open", () => events.opened());
    socket.on("message", (data: Uint8Array) => events.received(new TextDecoder().decode(data)));
    socket.on("close", (code: number) => events.closed(code));
    // A broken connection is told by `close`.
    socket.on("error", () => {});
    return { send: (text) => socket.send(text), close: () => socket.terminate() };
  };
}
