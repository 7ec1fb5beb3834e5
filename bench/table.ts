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

/** Prints a row for each work and peer: medians over the rounds, and how Parley compares. */
export function printTable(results: readonly Result[]): void {
  console.log("| work | server | delivered/s | p50 ms | p99 ms | generator CPU | Parley × |");
  console.log("|---|---|--:|--:|--:|--:|--:|");
  const works = Map.groupBy(results, ({ work }) => work);
  for (const [work, ofWork] of works) {
    const peers = Map.groupBy(ofWork, ({ peer }) => peer);
    const parley = median(peers.get("parley") ?? [], "delivered");
    for (const [peer, runs] of peers) {
      const failed = runs.find(({ failure }) => failure !== undefined);
      if (failed !== undefined) {
        console.log(`| ${work} | ${peer} | failed | | | | |`);
        continue;
      }
      const delivered = median(runs, "delivered");
      console.log(
        `| ${work} | ${peer} | ${Math.round(delivered)} | ${median(runs, "p50").toFixed(2)} | ` +
          `${median(runs, "p99").toFixed(2)} | ${median(runs, "generatorCpu").toFixed(2)} | ` +
          `${(parley / delivered).toFixed(2)} |`,
      );
    }
  }
}

function median(results: readonly Result[], figure: keyof Figures): number {
  const values = results.flatMap(({ figures }) => figures?.[figure] ?? []).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? NaN;
}
