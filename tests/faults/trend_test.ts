import assert from "node:assert/strict";
import { seeded } from "../random.ts";
import { quantile, trendOf } from "./trend.ts";

/** 300 MiB, give or take ten, and more by so much each minute. */
function memory(perMinute: number, seed: number): number[] {
  const random = seeded(seed);
  return Array.from({ length: 20 }, (_, minute) => 300 + perMinute * minute + 20 * random() - 10);
}

Deno.test("a leak is told from noise", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const still = trendOf(memory(0, seed));
    assert.ok(still.growth <= still.noise, `seed ${seed}: ${still.growth} of ${still.noise}`);
    const leak = trendOf(memory(2, seed));
    assert.ok(leak.growth > leak.noise, `seed ${seed}: ${leak.growth} of ${leak.noise}`);
  }
});

Deno.test("quantiles", () => {
  const values = Array.from({ length: 100 }, (_, n) => 99 - n);
  assert.equal(quantile(values, 0.5), 50);
  assert.equal(quantile(values, 0.99), 99);
  assert.equal(quantile([7], 0.99), 7);
});
