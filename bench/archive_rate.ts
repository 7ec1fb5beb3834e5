/**
 * How fast events go into the archive while people chat in ten rooms, and what that does to them:
 * `deno run -A bench/archive_rate.ts [--events 180000] [--rounds 3]`.
 * The events waited through a `kill -9` in ten other rooms. With the archive away nothing goes.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sqld } from "../tests/sqld.ts";
import { pause, tempDir } from "../tests/temp.ts";
import type { Server } from "../tests/parley.ts";
import { moveToCpu1, portOf, startOnCpu0 } from "./alone.ts";
import { metric } from "./metric.ts";
import { AWAY, copyFolder, talkAndCrash } from "./crash.ts";
import { makeRooms } from "./fill.ts";
import { LoadRoom } from "./load/room.ts";
import { LoadSocket } from "./load/wire.ts";
import { print, quantile, type Row } from "./figures.ts";

const MEMBERS = 10;
/** Messages of all rooms. */
const PER_SECOND = 200;
/** How long people chat when nothing is archived, in milliseconds. */
const LONG_ENOUGH_MS = 4000;
/** A batch that is not full waits for more: what counts ends before. */
const LAST_EVENTS = 2000;

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "180000" },
    rounds: { type: "string", default: "3" },
  },
});

/** Where the archive is, and whether people chat meanwhile. */
interface Mode {
  readonly archive: "away" | "file" | "sqld";
  readonly chat: boolean;
}

/** Of one run. */
interface Figures {
  readonly rows: number;
  readonly latencies: readonly number[];
}

const MODES: readonly Mode[] = [
  { archive: "away", chat: true },
  { archive: "file", chat: true },
  { archive: "file", chat: false },
  { archive: "sqld", chat: true },
  { archive: "sqld", chat: false },
];

await moveToCpu1();
await using folder = await tempDir();
const crashed = join(folder.path, "crashed");
const rooms = await makeRooms(crashed, 20);
// The rooms themselves are archived, as they are in a server that has run for a while.
await (await startOnCpu0({ dataDir: crashed })).stop();
await talkAndCrash(crashed, rooms.slice(10), Number(values.events));

const results = new Map<Mode, Figures[]>(MODES.map((mode) => [mode, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [mode, figures] of results) {
    try {
      figures.push(await measure(mode));
    } catch (error) {
      console.error(`skipped: ${mode.archive}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
print("archive rate", [...results].map(([mode, figures]) => row(mode, figures)));
Deno.exit(0);

async function measure({ archive, chat }: Mode): Promise<Figures> {
  const dataDir = join(folder.path, "run");
  await copyFolder(crashed, dataDir);
  await using database = archive === "sqld" ? await sqld() : undefined;
  await database?.start();
  const url = archive === "away" ? AWAY : database?.url;
  const env = { LOG_LEVEL: "error", ...(url !== undefined && { LIBSQL_URL: url }) };
  try {
    await using server = await startOnCpu0({ dataDir, env });
    const archiving = archive === "away"
      ? pause(LONG_ENOUGH_MS).then(() => 0)
      : archiveRate(server);
    const chatting = chat ? chatUntil(archiving, server) : [];
    return { rows: await archiving, latencies: await chatting };
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
}

/** Events per second that are archived, until nearly all of them are. */
async function archiveRate(server: Server): Promise<number> {
  const count = () => metric(portOf(server), "parley_archive_events_total");
  const start = { at: performance.now(), archived: await count() };
  while (await metric(portOf(server), "parley_archive_pending") > LAST_EVENTS) await pause(50);
  return (await count() - start.archived) / (performance.now() - start.at) * 1000;
}

/** People chat at a steady rate until something ended; how long each message took to be seen by all. */
async function chatUntil(ended: Promise<unknown>, server: Server): Promise<number[]> {
  const port = Number(new URL(server.url).port);
  const fail = (error: unknown) => {
    console.error(error);
    Deno.exit(1);
  };
  const latencies: number[] = [];
  const chats = rooms.slice(0, 10).map((id) => new LoadRoom(id, fail));
  for (const room of chats) {
    room.onComplete = (latency) => latencies.push(latency);
    for (let n = 0; n < MEMBERS; n++) {
      await room.join(await LoadSocket.open(port, "/ws?batch=1"), `member-${room.id}-${n}`);
    }
  }
  const start = performance.now();
  let sent = 0;
  const ticks = setInterval(() => {
    for (; sent < (performance.now() - start) * PER_SECOND / 1000; sent++) {
      chats[sent % chats.length]?.post();
    }
  }, 2);
  await ended;
  clearInterval(ticks);
  while (chats.some((room) => room.complete < room.sent)) await pause(5);
  for (const room of chats) room.close();
  return latencies;
}

function row({ archive, chat }: Mode, figures: readonly Figures[]): Row {
  const median = (of: (figures: Figures) => number) => quantile(figures.map(of), 0.5);
  return {
    archive,
    chat: chat ? `${PER_SECOND} messages/s` : "none",
    "rows/s": Math.round(median(({ rows }) => rows)),
    "chat p50, ms": median(({ latencies }) => quantile(latencies, 0.5)),
    "chat p99, ms": median(({ latencies }) => quantile(latencies, 0.99)),
  };
}
