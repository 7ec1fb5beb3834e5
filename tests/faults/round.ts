/** A round: faults, one after the other, while everybody talks, and the judge at the end. */
import { between, oneOf, seeded } from "../random.ts";
import { faultsFor } from "./faults.ts";
import type { Counts } from "./history.ts";
import { World, type WorldOptions } from "./world.ts";

/** How long, and how hard. */
export interface RoundOptions extends Omit<WorldOptions, "random"> {
  readonly seed: number;
  /** No new fault after so many milliseconds … */
  readonly forMs: number;
  /** … nor after so many faults. */
  /** Messages between two faults, at most. */
  readonly every?: number;
  readonly maxFaults?: number;
  /** Told of every fault. */
  readonly tell?: (line: string) => void;
}

/** What came of it. */
export interface RoundResult extends Counts {
  readonly seed: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  /** Empty when every promise was kept. */
  readonly violations: readonly string[];
}

/** Plays one round. The same seed gives the same faults after as many messages. */
export async function playRound(options: RoundOptions): Promise<RoundResult> {
  const { seed, forMs, maxFaults = Infinity, every = 400, tell = () => {} } = options;
  const random = seeded(seed);
  await using world = await World.open({ ...options, random: seeded(seed + 1) });
  const end = performance.now() + forMs;
  const possible = faultsFor(world);
  const names = Object.keys(possible);
  const faults: Record<string, number> = {};
  for (let n = 0; n < maxFaults && performance.now() < end; n++) {
    await world.progress(between(random, 1, every));
    // However short a round is, there is a kill in it.
    const name = n === 0 ? "the server is killed" : oneOf(random, names);
    faults[name] = (faults[name] ?? 0) + 1;
    tell(`${n + 1}: ${name}; ${world.history.counts.acked} acknowledged`);
    await possible[name]?.(world, random);
  }
  await world.progress(1);
  const violations = await world.settle();
  return { seed, faults, kills: world.kills, ...world.history.counts, violations };
}
