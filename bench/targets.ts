/**
 * What Parley has set itself, against what a run measured: `deno run --allow-read bench/targets.ts
 * RESULTS.json`, and at the end of `deno task bench`.
 */
import type { Figures } from "./load/job.ts";
import { KV_COMMIT, medianOf, type Result } from "./table.ts";

/** A bound, and the figure that is held against it; none where something was not measured. */
export interface Target {
  readonly work: string;
  readonly what: string;
  readonly bound: "≥" | "≤";
  readonly wanted: number;
  readonly got: number | undefined;
}

/** How many times as much as a peer Parley delivers, at least, in a large room with much on its way. */
const LARGE_ROOM = {
  "bun-raw": 1.5,
  "node-raw": 15,
  "prisma-pg": 20,
  "durable-object": 20,
  "expert-pg": 1.2,
  "limit": 0.6,
};
const LARGE_ROOMS = ["room-100-64", "room-100-256", "room-1000-64", "room-1000-256"];
const MANY_ROOMS = { "express-pg": 10, "limit": 0.9 };

/** The targets of those works that were measured, from medians over the rounds. */
export function targets(results: readonly Result[]): Target[] {
  const measured = new Set(results.map(({ work }) => work));
  const of = (work: string, peer: string, figure: keyof Figures) =>
    medianOf(results.filter((one) => one.work === work && one.peer === peer), figure);
  const timesPeers = (work: string, peers: Readonly<Record<string, number>>) =>
    Object.entries(peers).map(([peer, wanted]): Target => ({
      work,
      what: `delivered/s, × ${peer}`,
      bound: "≥",
      wanted,
      got: ratio(of(work, "parley", "delivered"), of(work, peer, "delivered")),
    }));
  const atMost = (work: string, what: string, wanted: number, got: number | undefined): Target => ({
    work,
    what,
    bound: "≤",
    wanted,
    got,
  });
  const p50 = of("room-10-1", "parley", "p50");
  const bare = sum(of("room-10-1", "deno-raw", "p50"), of(KV_COMMIT, "deno-kv", "p50"));
  return [
    ...LARGE_ROOMS.flatMap((work) => timesPeers(work, LARGE_ROOM)),
    atMost("room-10-1", "p50, × (deno-raw + a KV commit)", 1.25, ratio(p50, bare)),
    atMost("room-10-1", "p99, × p50", 4, ratio(of("room-10-1", "parley", "p99"), p50)),
    ...timesPeers("rooms-1000", MANY_ROOMS),
    atMost("rooms-1000-half", "p99, ms", 20, of("rooms-1000-half", "parley", "p99")),
  ].filter(({ work }) => measured.has(work));
}

/** Markdown: a row for each target, and whether it is hit. */
export function targetTable(all: readonly Target[]): string {
  return [
    "| work | target | wanted | got | |",
    "|---|---|--:|--:|---|",
    ...all.map((one) =>
      `| ${one.work} | ${one.what} | ${one.bound} ${one.wanted} | ${one.got?.toFixed(2) ?? ""} | ${
        verdict(one)
      } |`
    ),
  ].join("\n");
}

function verdict({ bound, wanted, got }: Target): string {
  if (got === undefined) return "not measured";
  return (bound === "≥" ? got >= wanted : got <= wanted) ? "hit" : "**miss**";
}

function ratio(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

if (import.meta.main) {
  console.log(targetTable(targets(JSON.parse(await Deno.readTextFile(Deno.args[0] ?? "")))));
}
