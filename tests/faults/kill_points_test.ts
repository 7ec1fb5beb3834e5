/**
 * The server is killed at each point where something is done and not yet told: of a message's path,
 * of a start after a kill, of a stop under load. By hand as often as you like:
 * `KILLS=50 KILLS_SEED=7 deno test -A tests/faults/kill_points_test.ts`.
 */
import assert from "node:assert/strict";
import { between, seeded } from "../random.ts";
import {
  GROUP_POINTS,
  KILL_POINTS,
  type KillPoint,
  START_POINTS,
  STOP_POINTS,
} from "./kill_points.ts";
import { World } from "./world.ts";

const KILLS = Number(Deno.env.get("KILLS") ?? 1);
const SEED = Number(Deno.env.get("KILLS_SEED") ?? 41);
/** A batch goes soon … */
const SOON = { FLUSH_MESSAGES: "5", RECENT_EVENTS: "1" };
/** … or never, so that the next start has something to archive. */
const NEVER = { FLUSH_MESSAGES: "100000", FLUSH_MS: "3600000" };

/** Kills at each point, again and again; in the end nothing is lost. */
function killedAt(
  when: string,
  points: readonly KillPoint[],
  kill: (world: World, point: KillPoint, random: () => number) => Promise<void>,
): void {
  Deno.test(`killed ${when} while people talk, nothing is lost`, async () => {
    const random = seeded(SEED);
    await using world = await World.open({ random, talkers: 8, rooms: 8, env: SOON });
    for (let n = 0; n < KILLS; n++) {
      for (const point of points) await kill(world, point, random);
    }
    await world.start();
    await world.progress(50);
    assert.deepEqual(await world.settle(), []);
    if (KILLS > 1) console.log(JSON.stringify({ kills: world.kills, ...world.history.counts }));
  });
}

killedAt("at each point of a message's path", KILL_POINTS, async (world, point, random) => {
  await world.dieAt(point, between(random, 1, 10));
});

killedAt("where groups become rooms' own logs", GROUP_POINTS, async (world, point, random) => {
  await world.dieAt(point, between(random, 1, 3));
});

killedAt("at each point of a start", START_POINTS, async (world, point) => {
  // So there is something of each kind that a start has to do.
  await world.dieAt("after a group is stored", 5, NEVER);
  await world.dieStartingAt(point);
});

killedAt("at each point of a stop", STOP_POINTS, async (world, point) => {
  await world.dieStoppingAt(point);
});

killedAt(
  "at any moment of a stop",
  ["at stop: when the signal comes"],
  async (world, _, random) => {
    if (!world.isUp) await world.start();
    await world.progress(between(random, 1, 50));
    await world.killWhileStopping(between(random, 0, 150));
  },
);
