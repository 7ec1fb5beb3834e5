/**
 * Whether this machine keeps what Parley acknowledges: `deno task selftest FOLDER [SECONDS]`.
 * A server of its own, in a temporary folder within FOLDER, is killed and restarted while twenty
 * people talk. Nothing else is touched. Exits with 1 when a promise was broken.
 */
import { tempDir } from "../temp.ts";
import { playRound } from "./round.ts";

/** No disk has ever written something down faster than this, in milliseconds. */
const IMPLAUSIBLE_MS = 0.015;
const SYNCS = 200;

const [folder = ".", seconds = "20"] = Deno.args;
const seed = Date.now() % 1_000_000;

console.log(`Parley's self-test in ${await Deno.realPath(folder)}`);
const times = await syncTimes(folder);
const median = times[SYNCS / 2] ?? 0;
console.log(`  sync     median ${ms(median)}, slowest ${ms(times.at(-1) ?? 0)}, of ${SYNCS}`);
if (median < IMPLAUSIBLE_MS) {
  console.warn(
    "  WARNING  no disk is that fast: this folder is in memory, or its disk says that it has\n" +
      "           written what it has not. What is acknowledged would not survive a power cut.",
  );
}

const result = await playRound({ seed, forMs: Number(seconds) * 1000, within: folder });
const { kills, acked, present, doubled, violations } = result;
const restarts = Object.values(result.faults).reduce((sum, count) => sum + count, 0);
console.log(`  broken   ${restarts} times, the server killed ${kills} times (seed ${seed})`);
console.log(`  messages ${acked} acknowledged, ${present} present, ${doubled} doubled`);
for (const violation of violations) console.error(`  BROKEN   ${violation}`);
console.log(violations.length === 0 ? "  All is well." : "  Please report this, with the seed.");
Deno.exit(violations.length === 0 ? 0 : 1);

/** How long it takes to bring 4 KiB to the disk, in milliseconds, fastest first. */
async function syncTimes(within: string): Promise<number[]> {
  await using dir = await tempDir(within);
  using file = await Deno.open(`${dir.path}/sync`, { create: true, write: true });
  const page = crypto.getRandomValues(new Uint8Array(4096));
  const found: number[] = [];
  for (let n = 0; n < SYNCS; n++) {
    file.writeSync(page);
    const start = performance.now();
    file.syncDataSync();
    found.push(performance.now() - start);
  }
  return found.sort((a, b) => a - b);
}

function ms(time: number): string {
  return `${time.toFixed(3)} ms`;
}
