/**
 * Whether a large archive is slower than a small one: the same questions to both, in turn.
 * `deno run -A bench/growth.ts [--sizes 10000,1000000] [--samples 100] [--data FOLDER]`.
 * A large archive takes its time: those in the folder are kept, and used again.
 * There are 1,000 rooms; 40 of them have 200 messages or more in any archive, and are asked.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Server } from "../tests/parley.ts";
import { between, oneOf, seeded } from "../tests/random.ts";
import { tempDir } from "../tests/temp.ts";
import { Wire } from "../tests/wire.ts";
import { moveToCpu1, startOnCpu0 } from "./alone.ts";
import { fillArchive, makeRooms, talk } from "./fill.ts";
import { print, quantile, type Row } from "./figures.ts";

const ROOMS = 1000;
const ASKED = 40;
/** Messages that each room which is asked has in any archive: they are the first ones. */
const FIRST = 200;
/** A rare word is said this many times in any archive. */
const RARE = 20;
const PAGE = 50;
/** How often a question is asked before it counts. */
const WARM_UP = 10;

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "10000,1000000" },
    samples: { type: "string", default: "100" },
    data: { type: "string" },
  },
});
const random = seeded(7);

/** An archive, and the server that has it. */
interface Filled {
  readonly dataDir: string;
  readonly rooms: readonly number[];
  server: Server;
  readonly token: string;
}

/** Asks once, and gives how long the answer took, in milliseconds. */
type Ask = (filled: Filled) => Promise<number>;

const QUESTIONS: Readonly<Record<string, Ask>> = {
  "page of history, far back": async (filled) => {
    // The newest hundred messages are in memory.
    const query = `before=${between(random, PAGE + 1, FIRST / 2)}&limit=${PAGE}`;
    const path = `/api/rooms/${oneOf(random, asked(filled))}/messages?${query}`;
    const { body, took } = await get(filled, path);
    expect("messages", body.messages.length, PAGE);
    return took;
  },
  "search, 20 hits": async (filled) => {
    const word = `rare${between(random, 0, ASKED * FIRST / RARE - 1)}x`;
    return await search(filled, `q=${word}&limit=${PAGE}`, RARE);
  },
  "search, hits: 1 message in 100": (filled) => search(filled, `q=hundredth&limit=${PAGE}`),
  "search, hits: 1 message in 3": (filled) => search(filled, `q=third&limit=${PAGE}`),
  "search in one room, hits: 1 message in 3": (filled) =>
    search(filled, `q=third&limit=${PAGE}&roomId=${oneOf(random, asked(filled))}`),
  "join": (filled) => joinRoom(filled, oneOf(random, asked(filled))),
};

await moveToCpu1();
await using own = values.data === undefined ? await tempDir() : undefined;
const folder = own?.path ?? values.data ?? "";
const archives: Filled[] = [];
try {
  for (const size of values.sizes.split(",").map(Number)) archives.push(await open(size));
  const rows = [row("join a room that sleeps", await joinSleeping())];
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    for (let n = 0; n < WARM_UP; n++) await askAll(ask);
    const answers: number[][] = [];
    for (let n = 0; n < Number(values.samples); n++) answers.push(await askAll(ask));
    rows.push(row(name, answers));
    console.error(`${name} is measured`);
  }
  print("growth", rows);
} finally {
  for (const { server } of archives) await server[Symbol.asyncDispose]();
}

/** An archive of so many messages, made when it is not there yet, and a server that has it. */
async function open(messages: number): Promise<Filled> {
  const dataDir = join(folder, String(messages));
  const roomsFile = `${dataDir}.rooms.json`;
  const rooms: number[] = await exists(roomsFile)
    ? JSON.parse(await Deno.readTextFile(roomsFile))
    : await fill(dataDir, messages);
  await Deno.writeTextFile(roomsFile, JSON.stringify(rooms));
  const server = await startOnCpu0({ dataDir });
  return { dataDir, rooms, server, token: await guest(server) };
}

/** Makes an archive whose server has run before; gives its rooms. */
async function fill(dataDir: string, messages: number): Promise<number[]> {
  const rooms = await makeRooms(dataDir, ROOMS);
  const started = performance.now();
  await fillArchive(dataDir, roomsOf(rooms, messages), texts());
  const seconds = (performance.now() - started) / 1000;
  console.error(`${messages} messages archived in ${seconds.toFixed(1)} s`);

  const server = await startOnCpu0({ dataDir });
  const headers = {
    authorization: `Bearer ${await guest(server)}`,
    "content-type": "application/json",
  };
  // Each room gets its log in the journal, too.
  for (const id of rooms) {
    const url = `${server.url}/api/rooms/${id}/messages`;
    const answer = await fetch(url, { method: "POST", headers, body: '{"text":"hello"}' });
    await answer.body?.cancel();
    expect("status", answer.status, 201);
  }
  expect("exit code", await server.stop(), 0);
  return rooms;
}

/** Whose turn it is: rooms that are asked have their first messages before all others. */
function* roomsOf(rooms: readonly number[], messages: number): Generator<number> {
  for (let n = 0; n < ASKED * FIRST; n++) yield rooms[n % ASKED] as number;
  for (let n = ASKED * FIRST; n < messages; n++) yield rooms[n % ROOMS] as number;
}

/** Talk with words in it whose number is known. */
function texts(): (n: number) => string {
  const next = talk(7);
  return (n) =>
    [
      next(),
      n < ASKED * FIRST ? `rare${n % (ASKED * FIRST / RARE)}x` : "",
      n % 100 === 7 ? "hundredth" : "",
      random() < 1 / 3 ? "third" : "",
    ].join(" ");
}

function asked({ rooms }: Filled): readonly number[] {
  return rooms.slice(0, ASKED);
}

/** The same question to each, one after the other. */
async function askAll(ask: Ask): Promise<number[]> {
  const answers: number[] = [];
  for (const filled of archives) answers.push(await ask(filled));
  return answers;
}

/** Each room that is asked, joined just after the start, several times. */
async function joinSleeping(): Promise<number[][]> {
  const answers: number[][] = [];
  for (let start = 0; start < 5; start++) {
    for (const filled of archives) {
      expect("exit code", await filled.server.stop(), 0);
      filled.server = await startOnCpu0({ dataDir: filled.dataDir });
      // The lobby is not counted: it warms the server up.
      await joinRoom(filled, filled.rooms[0] as number);
    }
    for (let room = 1; room < ASKED; room++) {
      answers.push(await askAll((filled) => joinRoom(filled, filled.rooms[room] as number)));
    }
  }
  return answers;
}

async function joinRoom(filled: Filled, roomId: number): Promise<number> {
  const headers = { authorization: `Bearer ${filled.token}` };
  using wire = await Wire.connect(filled.server, { headers });
  await wire.next("hello");
  const start = performance.now();
  wire.send({ type: "join", roomId });
  const { history } = await wire.next("joined");
  const took = performance.now() - start;
  expect("messages", history.length, 100);
  return took;
}

async function search(filled: Filled, query: string, hits = PAGE): Promise<number> {
  const { body, took } = await get(filled, `/api/search?${query}`);
  expect(`hits of ${query}`, body.hits.length, hits);
  return took;
}

async function get({ server, token }: Filled, path: string) {
  const start = performance.now();
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  const body = await answer.json();
  const took = performance.now() - start;
  expect("status", answer.status, 200);
  return { body, took };
}

/** Somebody new. */
async function guest({ url }: Server): Promise<string> {
  const answer = await fetch(`${url}/api/auth/guest`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: crypto.randomUUID().slice(0, 8) }),
  });
  return (await answer.json()).token;
}

function row(question: string, answers: readonly (readonly number[])[]): Row {
  const of = (share: number) =>
    archives.map((_, index) => quantile(answers.map((each) => each[index] ?? NaN), share));
  const [p50, p99] = [of(0.5), of(0.99)];
  const growth = (figures: readonly number[]) => (figures.at(-1) ?? NaN) / (figures[0] ?? NaN);
  const list = (figures: readonly number[]) => figures.map((ms) => ms.toFixed(2)).join(" → ");
  return {
    question,
    "p50, ms": list(p50),
    "p50 ×": growth(p50),
    "p99, ms": list(p99),
    "p99 ×": growth(p99),
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Figures of wrong answers mean nothing. */
function expect(what: string, found: number, wanted: number): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}
