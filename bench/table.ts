/** From results to one table of medians and ratios. */
import type { Figures } from "./load/job.ts";

/** One measured run, or why there is none. */
export interface Result {
  readonly work: string;
  readonly peer: string;
  readonly round: number;
  readonly figures?: Figures;
  readonly failure?: string;
}

/** The name of the work in which Deno KV alone commits, without a server. */
export const KV_COMMIT = "kv-commit";

/** Prints a row for each work and peer: medians over the rounds, and how Parley compares. */
export function printTable(results: readonly Result[]): void {
  console.log("| work | server | delivered/s | p50 ms | p99 ms | generator CPU | Parley × |");
  console.log("|---|---|--:|--:|--:|--:|--:|");
  const works = Map.groupBy(results, ({ work }) => work);
  for (const [work, ofWork] of works) {
    const peers = Map.groupBy(ofWork, ({ peer }) => peer);
    const parley = medianOf(peers.get("parley") ?? [], "delivered");
    for (const [peer, runs] of peers) {
      const of = (figure: keyof Figures) => medianOf(runs, figure) ?? NaN;
      if (runs.some(({ failure }) => failure !== undefined)) {
        console.log(`| ${work} | ${peer} | failed | | | | |`);
        continue;
      }
      console.log(
        `| ${work} | ${peer} | ${Math.round(of("delivered"))} | ${of("p50").toFixed(2)} | ` +
          `${of("p99").toFixed(2)} | ${of("generatorCpu").toFixed(2)} | ` +
          `${parley === undefined ? "" : (parley / of("delivered")).toFixed(2)} |`,
      );
    }
  }
}

/** The median over a server's runs of a work; none where one failed or there is none. */
export function medianOf(runs: readonly Result[], figure: keyof Figures): number | undefined {
  if (runs.some(({ figures }) => figures === undefined)) return;
  const values = runs.flatMap(({ figures }) => figures?.[figure] ?? []).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}
