/** How often a user may send, with the clock held. */
import assert from "node:assert/strict";
import { RateLimit } from "@/lib/session/rate_limit.ts";

Deno.test("three seconds' worth at once, then the steady rate, each told beforehand", () => {
  let now = 0;
  const limit = new RateLimit(2, () => now);
  const left = () => {
    const { remaining, resetSeconds } = limit.allowance("ann") ?? {};
    return [remaining, resetSeconds];
  };
  const window = { quota: 6, windowSeconds: 3 };
  assert.deepEqual(limit.allowance("ann"), { ...window, remaining: 6, resetSeconds: 0 });
  for (let sent = 1; sent <= 6; sent++) {
    assert.equal(limit.take("ann"), 0);
    assert.deepEqual(left(), [6 - sent, 1]);
  }
  assert.equal(limit.take("ann"), 500);
  assert.deepEqual(left(), [0, 1], "being refused costs nothing");
  now += 500;
  assert.deepEqual(left(), [1, 1]);
  assert.equal(limit.take("ann"), 0);
  now += 60_000;
  assert.deepEqual(left(), [6, 0]);
  assert.equal(limit.allowance("bob")?.remaining, 6, "others have their own");
});

Deno.test("no limit is told where there is none", () => {
  const limit = new RateLimit(0);
  assert.equal(limit.take("ann"), 0);
  assert.equal(limit.allowance("ann"), undefined);
});
