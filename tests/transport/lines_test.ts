/** Lines are the same however their bytes are cut. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { linesOf, LineTooLongError } from "@/lib/transport/lines.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const at = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  for (let n = 1; n < at.length; n++) {
    // A reader may use its buffer again for the next piece.
    const piece = bytes.slice(at[n - 1], at[n]);
    yield piece;
    piece.fill(0);
  }
}

async function read(text: string, cuts: readonly number[], maxBytes = 1000): Promise<string[]> {
  const lines = linesOf(pieces(encoder.encode(text), cuts), maxBytes);
  return await Array.fromAsync(lines, (line) => decoder.decode(line));
}

Deno.test("any cutting of the bytes gives the same lines", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "é", "👍", "\n", "\r\n", "\0", '"'),
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(), { maxLength: 20 }), async (text, cuts) => {
      const whole = text.split("\n").slice(0, -1).map((line) => line.replace(/\r$/, ""));
      assert.deepEqual(await read(text, cuts), whole.filter((line) => line !== ""));
    }),
  );
});

Deno.test("half a line at the end is none", async () => {
  assert.deepEqual(await read("one\ntwo", []), ["one"]);
});

Deno.test("a line may be as long as the limit, and no longer, however it comes", async () => {
  const long = "x".repeat(10);
  for (const cuts of [[], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5]]) {
    assert.deepEqual(await read(`${long}\r\n${long}\n`, cuts, 10), [long, long]);
    await assert.rejects(read(`${long}y\n`, cuts, 10), LineTooLongError);
    await assert.rejects(read(`${long}yz and no end`, cuts, 10), LineTooLongError);
  }
});
