/**
 * Mixed work for long, and whether it leaves anything behind:
 * `deno task soak --people 2000 --minutes 30`. Each minute, or fifteen times in all when that is
 * sooner, it prints what was measured. Exits with 1 when memory grows by more than noise, the journal
 * holds more than its watermarks allow, answers get slower, or anybody missed an event.
 */
import { parseArgs } from "node:util";
import { startServer } from "../parley.ts";
import { oneOf, seeded } from "../random.ts";
import { pause, until } from "../temp.ts";
import { Gauges } from "./gauges.ts";
import { type Hall, Soaker, type SoakWorld } from "./soaker.ts";
import { quantile, trendOf } from "./trend.ts";

/** How many people one room has. */
const ROOM_PEOPLE = 100;
/** How many come in at the same moment. */
const DOOR = 20;
/** What warms up before it is compared: a part of the time. */
const WARM_UP = 1 / 3;
/** In less time than this, in milliseconds, memory only warms up: then it is told and not judged. */
const TELLING_MS = 10 * 60_000;
/** The 99th percentile at the end is at most this many times that of the beginning, … */
const SLOWER = 1.5;
/** … unless it is below this, which the machine's other work makes by itself, in milliseconds. */
const FAST_MS = 10;
/** How often the server is asked for its gauges, in milliseconds. */
const SAMPLE_MS = 2000;
/** Events that are archived and wait to be trimmed, at most: what one transaction takes, twice. */
const TRIMMING = 2000;
const RECENT_EVENTS = 100;

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "2000" },
    minutes: { type: "string", default: "30" },
    "acts-per-second": { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const people = Number(values.people);
const forMs = Number(values.minutes) * 60_000;
const actsPerSecond = Number(values["acts-per-second"]);
const random = seeded(Number(values.seed));
const partMs = Math.min(60_000, forMs / 15);

/** What was measured in one part of the time. */
interface Part {
  readonly p99: number;
  readonly residentMiB: number;
  readonly heapMiB: number;
}

const objections: string[] = [];
let times: number[] = [];
await using server = await startServer({ env: { RECENT_EVENTS: String(RECENT_EVENTS) } });
const gauges = new Gauges(server);
const halls = await openHalls();
const world: SoakWorld = {
  url: server.url,
  random,
  halls,
  took: (ms) => void times.push(ms),
  object: (why) => void objections.push(why),
};
const soakers = await comeIn();
console.log(`${people} people are in ${halls.length} rooms; seed ${values.seed}`);
console.log(
  [
    "minute",
    "events",
    "p50 ms",
    "p99 ms",
    "MiB",
    "heap MiB",
    "in journal",
    "journal MiB",
    "waiting",
  ]
    .join("\t"),
);

const parts: Part[] = [];
const end = performance.now() + forMs;
const acting = act();
while (performance.now() < end) parts.push(await measure());
await acting;
await finish();
judge();
for (const why of objections.slice(0, 20)) console.error(`BROKEN  ${why}`);
console.log(objections.length === 0 ? "All is well." : `${objections.length} objections.`);
await server.kill();
Deno.exit(objections.length === 0 ? 0 : 1);

async function openHalls(): Promise<Hall[]> {
  const token = await signIn("founder");
  const found: Hall[] = [{ roomId: 1, messages: [] }];
  while (found.length * ROOM_PEOPLE < people) {
    const { id } = await ask("/api/rooms", { name: `hall ${found.length + 1}` }, token);
    found.push({ roomId: id, messages: [] });
  }
  return found;
}

async function comeIn(): Promise<Soaker[]> {
  const found: Soaker[] = [];
  for (let first = 0; first < people; first += DOOR) {
    const group = Array.from({ length: Math.min(DOOR, people - first) }, async (_, index) => {
      const name = `person ${first + index}`;
      const hall = halls[(first + index) % halls.length] as Hall;
      const soaker = new Soaker(name, await signIn(name), hall, world);
      await soaker.enter();
      found.push(soaker);
    });
    await Promise.all(group);
  }
  return found;
}

/** Somebody does something, at a steady rate however fast the answers are. */
async function act(): Promise<void> {
  const start = performance.now();
  for (let done = 0; performance.now() < end;) {
    const due = (performance.now() - start) * actsPerSecond / 1000;
    for (; done < due; done++) oneOf(random, soakers).act();
    await pause(5);
  }
}

/** Looks at the server for one part of the time. */
async function measure(): Promise<Part> {
  const resident: number[] = [];
  const heap: number[] = [];
  const journal: number[] = [];
  const partEnd = performance.now() + partMs;
  times = [];
  while (performance.now() < partEnd) {
    await pause(Math.min(SAMPLE_MS, partEnd - performance.now()));
    const now = await gauges.read();
    resident.push(now.residentMiB);
    heap.push(now.heapMiB);
    journal.push(now.journalEvents);
    const allowed = now.rooms * RECENT_EVENTS + now.archivePending + TRIMMING;
    if (now.journalEvents > allowed) {
      objections.push(`the journal holds ${now.journalEvents} events, ${allowed} are allowed`);
    }
  }
  const { journalMiB, archivePending } = await gauges.read();
  // The least of the heap is what is left when its garbage was collected.
  const [residentMiB, heapMiB] = [quantile(resident, 0.5), Math.min(...heap)];
  const p99 = quantile(times, 0.99);
  const minute = (forMs - (end - performance.now())) / 60_000;
  console.log(
    [
      minute.toFixed(1),
      times.length,
      quantile(times, 0.5).toFixed(1),
      p99.toFixed(1),
      residentMiB.toFixed(0),
      heapMiB.toFixed(1),
      Math.max(...journal),
      journalMiB.toFixed(1),
      archivePending,
    ].join("\t"),
  );
  return { p99, residentMiB, heapMiB };
}

/** Everybody has everything, and the journal comes down to what it keeps. */
async function finish(): Promise<void> {
  try {
    await until(() => soakers.every(({ settled }) => settled));
    await until(async () => (await gauges.read()).archivePending === 0);
    for (const hall of halls) {
      const within = soakers.filter((soaker) => soaker.hall === hall);
      await until(() => new Set(within.map(({ cursor }) => cursor)).size === 1);
    }
  } catch (error) {
    objections.push(`the end never came: ${error}`);
  }
  if (/"level":"error"/.test(server.log())) objections.push(server.log().slice(-2000));
  for (const soaker of soakers) soaker.leave();
}

function judge(): void {
  const warm = parts.slice(Math.floor(parts.length * WARM_UP));
  for (const name of ["residentMiB", "heapMiB"] as const) {
    const { mean, growth, noise } = trendOf(warm.map((part) => part[name]));
    const about = `${name}: mean ${mean.toFixed(1)}, growth ${growth.toFixed(1)}, of which ${
      noise.toFixed(1)
    } may be noise`;
    console.log(about);
    if (growth > noise && forMs >= TELLING_MS) objections.push(about);
  }
  const quarter = Math.ceil(warm.length / 4);
  const before = quantile(warm.slice(0, quarter).map(({ p99 }) => p99), 0.5);
  const after = quantile(warm.slice(-quarter).map(({ p99 }) => p99), 0.5);
  const about = `p99: ${before.toFixed(1)} ms at the beginning, ${after.toFixed(1)} ms at the end`;
  console.log(about);
  if (after > Math.max(FAST_MS, before * SLOWER)) objections.push(about);
}

async function signIn(username: string): Promise<string> {
  return (await ask("/api/auth/guest", { username })).token;
}

// deno-lint-ignore no-explicit-any -- a test reads whatever came
async function ask(path: string, body: unknown, token?: string): Promise<any> {
  const answer = await fetch(server.url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...token !== undefined && { authorization: `Bearer ${token}` },
    },
    body: JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}
