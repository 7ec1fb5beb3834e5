/** Pages of history, read by several at once: one job in, as JSON; one line of figures out. */
import process from "node:process";
import { quantile } from "../figures.ts";
import { Client } from "./client.ts";
import { HttpReader } from "./http.ts";

/** What is read, and how. */
export interface HistoryJob {
  readonly port: number;
  readonly via: "rest" | "socket";
  /** Whose; by the socket everybody reads as a guest of their own. */
  readonly token?: string;
  /** Each reader has one of them. */
  readonly rooms: readonly number[];
  /** Messages of a page. */
  readonly limit: number;
  readonly readers: number;
  /** Pages a second of all readers; without it each asks as soon as it has an answer. */
  readonly rate?: number;
  readonly seconds: number;
}

/** Times in milliseconds, from the request to the whole answer. */
export interface HistoryFigures {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /** Bytes of a page, on average. */
  readonly bytes: number;
  readonly generatorCpu: number;
}

const WARM_UP_MS = 1000;

/** Asks for a page and resolves with its bytes. */
type Read = () => Promise<number>;

const job: HistoryJob = JSON.parse(Deno.args[0] ?? "");
console.log(JSON.stringify(await run(job)));
Deno.exit(0);

async function run({ readers, rate, seconds }: HistoryJob): Promise<HistoryFigures> {
  const reads = await Promise.all(Array.from({ length: readers }, (_, n) => opened(n)));
  const from = performance.now() + WARM_UP_MS;
  const until = from + seconds * 1000;
  const cpuBefore = process.cpuUsage();
  const times: number[] = [];
  let bytes = 0;
  await Promise.all(reads.map(async (read, n) => {
    const pause = rate === undefined ? 0 : readers / rate * 1000;
    for (let due = performance.now() + pause * n / readers;; due += pause) {
      if (pause > 0) await sleep(due - performance.now());
      const start = performance.now();
      if (start > until) break;
      const size = await read();
      if (start < from) continue;
      times.push(performance.now() - start);
      bytes += size;
    }
  }));
  const cpu = process.cpuUsage(cpuBefore);
  return {
    requests: times.length / seconds,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    bytes: bytes / times.length,
    generatorCpu: (cpu.user + cpu.system) / 1000 / (WARM_UP_MS + seconds * 1000),
  };
}

/** A reader that is connected, and has seen that its pages are whole. */
async function opened(n: number): Promise<Read> {
  const { port, via, token, rooms, limit } = job;
  const room = rooms[n % rooms.length] as number;
  if (via === "rest") {
    const reader = await HttpReader.open(port, `/api/rooms/${room}/messages?limit=${limit}`, token);
    expectWhole(JSON.parse(new TextDecoder().decode(await reader.read())));
    return async () => (await reader.read()).length;
  }
  const client = await Client.open(port, fail);
  const username = `reader-${crypto.randomUUID().slice(0, 8)}`;
  await client.ask({ type: "join", roomId: room, username }, "joined");
  const ask = () => client.ask({ type: "history", roomId: room, limit }, "history");
  expectWhole((await ask()).frame);
  return async () => (await ask()).bytes;
}

function expectWhole({ messages }: { readonly messages?: readonly unknown[] }): void {
  if (messages?.length === job.limit) return;
  throw new Error(`a page of ${messages?.length} messages instead of ${job.limit}`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
