import assert from "node:assert/strict";
import fc from "fast-check";
import { backoff } from "@/lib/client/backoff.ts";

Deno.test("the first retry comes within a quarter of a second", () => {
  assert.equal(backoff(0, 0), 0);
  assert.equal(backoff(0, 0.999), 249);
});

Deno.test("a wait is never negative, never over the cap, and its bound never shrinks", () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = backoff(attempt, random);
      assert.ok(wait >= 0 && wait <= 15_000);
      assert.ok(backoff(attempt + 1, random) >= wait);
    }),
  );
});
