/** What a round can do to a server while people talk. */
import { between, oneOf } from "../random.ts";
import { KILL_POINTS } from "./kill_points.ts";
import type { World } from "./world.ts";

/** Something goes wrong; when it resolves, a server runs again and all can go on. */
export type Fault = (world: World, random: () => number) => Promise<void>;

/** By name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  async "the server is killed"(world) {
    await world.kill();
    await world.start();
  },

  async "the server is killed while it stops"(world, random) {
    await world.killWhileStopping(between(random, 0, 60));
    await world.start();
  },

  async "the server is killed while it starts and recovers"(world, random) {
    await world.kill();
    const times = between(random, 1, 3);
    for (let n = 0; n < times; n++) await world.killWhileStarting(between(random, 0, 300));
    await world.start();
  },

  async "the server is killed at a named point"(world, random) {
    await world.dieAt(oneOf(random, KILL_POINTS), between(random, 1, 20));
    await world.start();
  },

  async "the server is restarted in order"(world) {
    await world.stop();
    await world.start();
  },

  "some connections are cut"(world, random) {
    for (const talker of world.talkers) if (random() < 0.5) talker.cut();
    return Promise.resolve();
  },
};
