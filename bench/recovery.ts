/**
 * How long the start takes after a `kill -9` with many events that no archive has:
 * `deno run -A bench/recovery.ts [--events 100000] [--rooms 1,1000] [--rounds 3]`.
 * The archive is away while people talk; afterwards it is there, and empty.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Server } from "../tests/parley.ts";
import { tempDir, until } from "../tests/temp.ts";
import { Wire } from "../tests/wire.ts";
import { moveToCpu1, portOf, startOnCpu0 } from "./alone.ts";
import { metric } from "./metric.ts";
import { copyFolder, talkAndCrash } from "./crash.ts";
import { makeRooms } from "./fill.ts";
import { print, quantile, type Row } from "./figures.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "100000" },
    rooms: { type: "string", default: "1,1000" },
    rounds: { type: "string", default: "3" },
  },
});
const events = Number(values.events);
await moveToCpu1();
const rows: Row[] = [await measure("nothing", 1, 0)];
for (const rooms of values.rooms.split(",").map(Number)) {
  rows.push(await measure(`${events} in ${rooms} rooms`, rooms, events));
}
print("recovery", rows);
// A time-out that nobody needs any more would keep it alive.
Deno.exit(0);

async function measure(waiting: string, rooms: number, events: number): Promise<Row> {
  await using folder = await tempDir();
  const filled = join(folder.path, "filled");
  const ids = await makeRooms(filled, rooms);
  // The rooms themselves are archived, as they are in a server that has run for a while.
  await (await startOnCpu0({ dataDir: filled })).stop();
  if (events > 0) await talkAndCrash(filled, ids, events);
  const bytes = await sizeOf(filled, "journal.kv");

  const times = { listening: [] as number[], joined: [] as number[], ready: [] as number[] };
  const archived: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const dataDir = join(folder.path, `round-${round}`);
    await copyFolder(filled, dataDir);
    const start = performance.now();
    await using server = await startOnCpu0({ dataDir });
    times.listening.push(performance.now() - start);
    await Promise.all([
      joinRoom(server, ids.at(-1) ?? 1, events / rooms)
        .then(() => times.joined.push(performance.now() - start)),
      untilReady(server).then(() => times.ready.push(performance.now() - start)),
    ]);
    await until(async () => await metric(portOf(server), "parley_archive_pending") === 0);
    archived.push(performance.now() - start);
    const count = await metric(portOf(server), "parley_archive_events_total");
    if (count !== events) throw new Error(`${count} of ${events} events were archived`);
    await server.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
  const median = (values: readonly number[]) => Math.round(quantile(values, 0.5));
  return {
    "not archived": waiting,
    "journal, MiB": Math.round(bytes / 1024 ** 2),
    "listening, ms": median(times.listening),
    "joined, ms": median(times.joined),
    "ready, ms": median(times.ready),
    "all archived, ms": median(archived),
  };
}

/** Joins and gets the newest messages. */
async function joinRoom(server: Server, roomId: number, head: number): Promise<void> {
  using wire = await Wire.connect(server);
  wire.send({ type: "join", roomId, username: "visitor" });
  const joined = await wire.next("joined");
  if (joined.head !== head || joined.history.length !== Math.min(100, head)) {
    throw new Error(`joined at ${joined.head} with ${joined.history.length} messages`);
  }
}

async function untilReady(server: Server): Promise<void> {
  await until(async () => {
    const answer = await fetch(`${server.url}/readyz`);
    await answer.body?.cancel();
    return answer.ok;
  });
}

/** What a file of SQLite takes, with what is beside it. */
async function sizeOf(folder: string, file: string): Promise<number> {
  let bytes = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(file)) bytes += (await Deno.stat(join(folder, name))).size;
  }
  return bytes;
}
