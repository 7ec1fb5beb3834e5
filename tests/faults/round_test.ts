/** The promise: an acknowledged message is never lost, doubled or moved. `deno task faults` goes on. */
import assert from "node:assert/strict";
import { seeded } from "../random.ts";
import { playRound, type RoundOptions } from "./round.ts";
import { World } from "./world.ts";

const ROUNDS: Record<string, Partial<RoundOptions>> = {
  "as it comes": {},
  "with a journal that lets go of everything at once": {
    env: { RECENT_EVENTS: "1", FLUSH_MESSAGES: "1" },
  },
  "with a libSQL server that breaks, too": { remoteArchive: true },
};

for (const [index, [how, options]] of Object.entries(ROUNDS).entries()) {
  Deno.test(`twenty people talk while everything breaks, ${how}`, async () => {
    const result = await playRound({ seed: 2026 + index, forMs: 3000, ...options });
    assert.deepEqual(result.violations, [], JSON.stringify(result));
    assert.ok(
      result.kills > 0 && result.acked > 500 && result.changes > 100,
      JSON.stringify(result),
    );
  });
}

Deno.test("a server that keeps its journal in memory is found out", async () => {
  const env = { KV_URL: ":memory:", FLUSH_MESSAGES: "100000" };
  await using world = await World.open({ random: seeded(7), talkers: 4, env });
  await world.progress(200);
  for (const talker of world.talkers.splice(0)) await talker.leave();
  await world.kill();
  await world.start();
  const violations = await world.settle();
  assert.match(violations.join("\n"), /libSQL holds 0 events of room 1, others \d+/);
});
