/** What a round can do to a server while people talk. */
import { between } from "../random.ts";
import { pause } from "../temp.ts";
import { KILL_POINTS } from "./kill_points.ts";
import type { World } from "./world.ts";

/** Something goes wrong; when it resolves, a server runs again and all can go on. */
export type Fault = (world: World, random: () => number) => Promise<void> | void;

/** Of the server's process. */
const PROCESS: Readonly<Record<string, Fault>> = {
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

  async "the server is restarted in order"(world) {
    await world.stop();
    await world.start();
  },
};

/** Of the machine's clock. */
const CLOCK: Readonly<Record<string, Fault>> = {
  async "the clock goes back an hour"(world) {
    await world.stop();
    await world.start({ program: ["tests/faults/late_clock.ts"] });
  },
};

/** At a point of the message's path; libSQL's points are those of its worker. */
const POINTS: Readonly<Record<string, Fault>> = Object.fromEntries(
  KILL_POINTS.map((point) => [`the server is killed ${point}`, async (world, random) => {
    await world.dieAt(point, between(random, 1, 20));
    await world.start();
  }]),
);

/** Of the network between half of the people and the server. */
const NETWORK: Readonly<Record<string, Fault>> = {
  "some people leave without a word"(world, random) {
    for (const talker of world.talkers) if (random() < 0.5) talker.cut();
  },

  "connections are cut within a frame"(world, random) {
    world.network.cut(() => between(random, 1, 20_000));
  },

  "connections stay half open"(world) {
    world.network.strand();
  },

  "somebody reads a byte a second"(world) {
    return world.addSlowReader();
  },

  async "the network is silent for a while"(world, random) {
    world.network.silent = true;
    await pause(between(random, 100, 1500));
    world.network.silent = false;
  },

  async "the network is slow for a while"(world, random) {
    world.network.delayMs = 200;
    await pause(between(random, 500, 2000));
    world.network.delayMs = 0;
  },
};

/** Of the disk. */
const DISK: Readonly<Record<string, Fault>> = {
  async "the disk is full for a while"(world, random) {
    await world.limitFiles(0);
    await pause(between(random, 50, 1500));
    await world.limitFiles("unlimited");
  },

  async "the disk gets full, and the server is killed"(world, random) {
    await world.limitFiles(between(random, 0, 1_000_000));
    await pause(between(random, 50, 1000));
    await world.kill();
    await world.start();
  },
};

/** Of a libSQL server. */
const ARCHIVE: Readonly<
  Record<string, (archive: NonNullable<World["archive"]>, random: () => number) => Promise<void>>
> = {
  async "libSQL is killed, and comes back later"({ sqld }, random) {
    await sqld.kill();
    await pause(between(random, 0, 2000));
    await sqld.start();
  },

  async "libSQL is frozen for a while"({ sqld }, random) {
    sqld.freeze();
    await pause(between(random, 50, 2000));
    sqld.thaw();
  },

  async "libSQL answers errors for a while"({ network }, random) {
    network.failing = true;
    await pause(between(random, 50, 2000));
    network.failing = false;
  },

  "answers of libSQL are cut off"({ network }, random) {
    network.cut(() => between(random, 1, 5000));
    return Promise.resolve();
  },
};

/** All that fits a world, by name. */
export function faultsFor(world: World): Readonly<Record<string, Fault>> {
  const { archive } = world;
  // A process's limits can be changed from outside on Linux alone.
  const disk = Deno.build.os === "linux" ? DISK : {};
  const everywhere = { ...PROCESS, ...CLOCK, ...NETWORK, ...disk };
  if (archive === undefined) return { ...everywhere, ...POINTS };
  const remote = Object.entries(ARCHIVE).map(([name, fault]): [string, Fault] => [
    name,
    (_world, random) => fault(archive, random),
  ]);
  return { ...everywhere, ...Object.fromEntries(remote) };
}
