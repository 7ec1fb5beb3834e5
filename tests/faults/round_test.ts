/** The promise: an acknowledged message is never lost, doubled or moved. `deno task faults` goes on. */
import assert from "node:assert/strict";
import { playRound } from "./round.ts";

const SETTINGS: Record<string, Record<string, string>> = {
  "as it comes": {},
  "with a journal that lets go of everything at once": { RECENT_EVENTS: "1", FLUSH_MESSAGES: "1" },
};

for (const [index, [settings, env]] of Object.entries(SETTINGS).entries()) {
  Deno.test(`twenty people talk while the server is killed and restarted, ${settings}`, async () => {
    const result = await playRound({ seed: 2026 + index, forMs: 4000, env });
    assert.deepEqual(result.violations, [], JSON.stringify(result));
    assert.ok(result.kills > 0 && result.acked > 1000, JSON.stringify(result));
  });
}
