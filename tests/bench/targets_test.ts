/** The bench holds what was measured against what Parley has set itself. */
import { deepEqual, ok } from "node:assert/strict";
import type { Figures } from "../../bench/load/job.ts";
import type { Result } from "../../bench/table.ts";
import { targets, targetTable } from "../../bench/targets.ts";

Deno.test("a large room is held against each peer by medians over the rounds", () => {
  const results = [
    ...[900, 1000, 5000].map((delivered, n) => run("room-100-64", "parley", { delivered }, n)),
    run("room-100-64", "bun-raw", { delivered: 500 }),
    run("room-100-64", "limit", { delivered: 2000 }),
  ];
  const table = targetTable(targets(results));
  ok(table.includes("| room-100-64 | delivered/s, × bun-raw | ≥ 1.5 | 2.00 | hit |"), table);
  ok(table.includes("| room-100-64 | delivered/s, × limit | ≥ 0.6 | 0.50 | **miss** |"), table);
  ok(table.includes("| room-100-64 | delivered/s, × prisma-pg | ≥ 20 |  | not measured |"), table);
});

Deno.test("a message's latency is held against the bare runtime and one commit", () => {
  const of = (p50: number, p99: number) =>
    got([
      run("room-10-1", "parley", { p50, p99 }),
      run("room-10-1", "deno-raw", { p50: 0.1 }),
      run("kv-commit", "deno-kv", { p50: 0.3 }),
    ]);
  deepEqual(of(0.5, 2), [["p50, × (deno-raw + a KV commit)", "hit"], ["p99, × p50", "hit"]]);
  deepEqual(of(0.51, 2.1), [
    ["p50, × (deno-raw + a KV commit)", "**miss**"],
    ["p99, × p50", "**miss**"],
  ]);
});

Deno.test("many rooms are held against two peers, and half of that against 20 ms", () => {
  deepEqual(
    got([
      run("rooms-1000", "parley", { delivered: 90 }),
      run("rooms-1000", "express-pg", { delivered: 9 }),
      run("rooms-1000", "limit", { delivered: 101 }),
      run("rooms-1000-half", "parley", { p99: 20.1 }),
    ]),
    [
      ["delivered/s, × express-pg", "hit"],
      ["delivered/s, × limit", "**miss**"],
      ["p99, ms", "**miss**"],
    ],
  );
});

Deno.test("a run that failed never hits a target", () => {
  const verdicts = got([
    run("rooms-1000-half", "parley", { p99: 1 }, 1),
    { work: "rooms-1000-half", peer: "parley", round: 2, failure: "refused" },
  ]);
  deepEqual(verdicts, [["p99, ms", "not measured"]]);
});

/** What the table says of each target. */
function got(results: Result[]): [what: string | undefined, verdict: string | undefined][] {
  return targetTable(targets(results)).split("\n").slice(2).map((row) => {
    const cells = row.split("|").map((cell) => cell.trim());
    return [cells[2], cells[5]];
  });
}

function run(work: string, peer: string, figures: Partial<Figures>, round = 1): Result {
  const zero = { delivered: 0, accepted: 0, p50: 0, p99: 0, generatorCpu: 0 };
  return { work, peer, round, figures: { ...zero, ...figures } };
}
