/**
 * What a connection costs that says nothing: memory, and CPU time at rest.
 * `deno run -A bench/idle.ts [--rooms 100] [--members 100] [--seconds 30] [--rounds 1]`
 *
 * Both processes need a file for each connection: see `ulimit -n`.
 */
import { parseArgs } from "node:util";
import { medians, print, type Row } from "./figures.ts";
import { startGenerator } from "./generate.ts";
import type { IdleJob } from "./load/idle.ts";
import { makeParleyRooms } from "./parley_rooms.ts";
import { type Peer, PEER_LIST, startPeer } from "./peers.ts";
import { cpuSeconds, listenerOn, memoryOf } from "./process.ts";

/** After the last join, until what it left behind is cleared away. */
const SETTLE_MS = 15_000;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rooms: { type: "string", default: "100" },
    members: { type: "string", default: "100" },
    seconds: { type: "string", default: "30" },
    rounds: { type: "string", default: "1" },
  },
});
const [rooms, members, seconds] = [values.rooms, values.members, values.seconds].map(Number) as [
  number,
  number,
  number,
];
const rows: Row[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const peer of PEER_LIST.filter(({ name }) => name === "parley" || name === "deno-raw")) {
    rows.push(await measure(peer));
  }
}
print("idle", medians(rows));

async function measure(peer: Peer): Promise<Row> {
  await using server = await startPeer(peer, undefined);
  const { port } = server;
  const pid = await listenerOn(port);
  const ids = peer.name === "parley"
    ? await makeParleyRooms(port, rooms)
    : Array.from({ length: rooms }, (_, n) => n + 1);
  const before = await memoryOf(pid);
  const job: IdleJob = { port, rooms: ids, members };
  await using generator = startGenerator("idle.ts", job);
  await generator.line();
  await sleep(SETTLE_MS);
  const cpuBefore = await cpuSeconds(pid);
  await sleep(seconds * 1000);
  const cpu = (await cpuSeconds(pid) - cpuBefore) / seconds;
  const after = await memoryOf(pid);
  const connections = rooms * members;
  return {
    server: peer.name,
    "RSS before, MiB": before.rss / 1024,
    "RSS, MiB": after.rss / 1024,
    "RSS a connection, KiB": (after.rss - before.rss) / connections,
    "PSS a connection, KiB": (after.pss - before.pss) / connections,
    "CPU at rest, %": cpu * 100,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
