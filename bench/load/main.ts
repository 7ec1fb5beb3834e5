/**
 * The load generator: one job in, as JSON in the first argument; one line of figures out.
 * A process of its own, so that it has a core of its own; it runs on Bun, too, whose sockets cost
 * far less when there are 10,000 with small frames: on Deno the generator is what is measured then.
 */
import process from "node:process";
import { quantile } from "../figures.ts";
import { LoadRoom } from "./room.ts";
import { SocketIoWire } from "./socket_io.ts";
import { LoadSocket, type Wire } from "./wire.ts";
import type { Figures, Job } from "./job.ts";

const JOINS_AT_ONCE = 32;

const job: Job = JSON.parse(process.argv[2] ?? "");
console.log(JSON.stringify(await run(job)));
process.exit(0);

async function run(job: Job) {
  const { rooms: ids, members, inFlight, rate, seconds } = job;
  const rooms = ids.map((id) => new LoadRoom(id, fail));
  await joinAll(rooms, members, ({ id }) => open(job, id));

  let sending = true;
  let latencies: number[] = [];
  for (const room of rooms) {
    room.onComplete = (latency) => {
      latencies.push(latency);
      if (sending && rate === undefined) room.post();
    };
    if (rate === undefined) { for (let n = 0; n < inFlight; n++) room.post(); }
  }
  const ticks = rate === undefined ? undefined : openLoop(rooms, rate);
  const total = (of: (room: LoadRoom) => number) => rooms.reduce((sum, room) => sum + of(room), 0);

  await sleep(1000);
  latencies = [];
  const before = { at: performance.now(), delivered: total((room) => room.delivered) };
  const cpuBefore = process.cpuUsage();
  await sleep(seconds * 1000);
  const took = (performance.now() - before.at) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const delivered = (total((room) => room.delivered) - before.delivered) / took;
  const measured = latencies.toSorted((a, b) => a - b);

  sending = false;
  clearInterval(ticks);
  // Nothing may be missing, and nothing may come twice: a second copy would break the order.
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && !isQuiet(rooms)) await sleep(20);
  for (const room of rooms) {
    if (room.complete !== room.sent || room.acks !== room.sent) {
      throw new Error(
        `room ${room.id}: ${room.sent} sent, ${room.acks} acknowledged, ${room.complete} seen by all`,
      );
    }
  }
  const figures: Figures = {
    delivered,
    accepted: measured.length / took,
    p50: quantile(measured, 0.5),
    p99: quantile(measured, 0.99),
    generatorCpu: (cpu.user + cpu.system) / 1e6 / took,
  };
  for (const room of rooms) room.close();
  return figures;
}

/** Fills every room, several members at once: one after the other, 10,000 would take a minute. */
async function joinAll(
  rooms: readonly LoadRoom[],
  members: number,
  open: (room: LoadRoom) => Promise<Wire>,
): Promise<void> {
  const places = rooms.flatMap((room) =>
    Array.from({ length: members }, (_, n) => ({ room, username: `member-${room.id}-${n}` }))
  ).values();
  await Promise.all(Array.from({ length: JOINS_AT_ONCE }, async () => {
    for (const { room, username } of places) await room.join(await open(room), username);
  }));
}

/** A connection for a member of a room; its number is in the address for those who route by it. */
function open({ port, batch, wire }: Job, room: number): Promise<Wire> {
  if (wire === "socket.io") return SocketIoWire.open(port);
  return LoadSocket.open(port, `/ws?room=${room}${batch ? "&batch=1" : ""}`);
}

/** Ends the run: figures of a server that does not do its job mean nothing. */
function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

/** Whether all that was sent was acknowledged and seen. */
function isQuiet(rooms: readonly LoadRoom[]): boolean {
  return rooms.every((room) => room.complete === room.sent && room.acks >= room.sent);
}

/** Sends at a steady rate, whatever comes back. */
function openLoop(rooms: readonly LoadRoom[], rate: number): ReturnType<typeof setInterval> {
  const start = performance.now();
  let sent = 0;
  return setInterval(() => {
    for (; sent < (performance.now() - start) * rate / 1000; sent++) {
      rooms[sent % rooms.length]?.post();
    }
  }, 2);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
