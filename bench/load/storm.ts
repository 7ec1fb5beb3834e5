/** Everybody comes into one room at once: one job in, as JSON; one line of figures out. */
import process from "node:process";
import { quantile } from "../figures.ts";
import { untilGone } from "../metric.ts";
import { Client } from "./client.ts";

/** A storm. */
export interface StormJob {
  readonly port: number;
  readonly clients: number;
  /** Messages that are said before, by somebody who goes again. */
  readonly history: number;
}

/** What one wave of joins came to; times in milliseconds since its begin. */
export interface Wave {
  readonly p50: number;
  readonly p99: number;
  /** When the last had its `joined`. */
  readonly all: number;
  /** When the server answers all of them again: what they are told of each other has left. */
  readonly settled: number;
  /** Of `joined`, on average. */
  readonly bytes: number;
  readonly generatorCpu: number;
}

/** Names nobody had before; and the same people again, after all connections broke. */
export interface StormFigures {
  readonly first: Wave;
  readonly again: Wave;
}

const ROOM = 1;

if (import.meta.main) {
  const job: StormJob = JSON.parse(Deno.args[0] ?? "");
  await talk(job);
  const first = await storm(job);
  const figures: StormFigures = { first, again: await storm(job) };
  console.log(JSON.stringify(figures));
  Deno.exit(0);
}

/** Fills the room's history. */
async function talk({ port, history }: StormJob): Promise<void> {
  if (history === 0) return;
  const talker = await Client.open(port, fail);
  await talker.ask({ type: "join", roomId: ROOM, username: "talker" }, "joined");
  for (let n = 0; n < history; n++) {
    const text = `message ${n}, as long as what people write to each other at work`;
    await talker.ask({ type: "message", roomId: ROOM, text }, "ack");
  }
  talker.close();
}

async function storm({ port, clients, history }: StormJob): Promise<Wave> {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const since = () => performance.now() - start;
  const times: number[] = [];
  let bytes = 0;
  const all = await Promise.all(Array.from({ length: clients }, async (_, n) => {
    const client = await Client.open(port, fail);
    const asked = { type: "join", roomId: ROOM, username: `member-${n}` };
    const joined = await client.ask(asked, "joined");
    times.push(since());
    bytes += joined.bytes;
    if (joined.frame.history?.length !== history) {
      throw new Error(`a page of ${joined.frame.history?.length} messages instead of ${history}`);
    }
    return client;
  }));
  const last = since();
  if (history > 0) {
    await Promise.all(all.map((client) => client.ask({ type: "ping" }, "pong")));
  }
  const settled = since();
  const cpu = process.cpuUsage(cpuBefore);
  for (const client of all) client.close();
  if (history > 0) await untilGone(port);
  return {
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    all: last,
    settled,
    bytes: bytes / clients,
    generatorCpu: (cpu.user + cpu.system) / 1000 / settled,
  };
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
