/** The server is killed at each point of a message's path where something is done and not yet told. */
import assert from "node:assert/strict";
import { between, seeded } from "../random.ts";
import { KILL_POINTS } from "./kill_points.ts";
import { World } from "./world.ts";

Deno.test("killed at each named point while people talk, nothing is lost", async () => {
  const random = seeded(41);
  await using world = await World.open({ random, talkers: 8, env: { FLUSH_MESSAGES: "5" } });
  for (const point of KILL_POINTS) {
    await world.dieAt(point, between(random, 1, 10));
    await world.start();
    await world.progress(50);
  }
  assert.deepEqual(await world.settle(), []);
});
