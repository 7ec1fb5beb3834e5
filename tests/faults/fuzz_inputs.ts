/** What comes in when anything may. */
import fc from "fast-check";

const FIELDS = [
  ["roomId", "text", "txnId", "replyTo", "after", "epoch", "username", "before", "limit", "seq"],
  ["token", "id", "emoji", "remove", "type", "sender", "__proto__", "constructor", "toString"],
].flat();
const TYPES = [
  ["auth", "join", "message", "typing", "read", "list", "history", "leave", "ping"],
  ["edit", "delete", "react", "constructor", "__proto__", "hasOwnProperty"],
].flat();

/** What stands in a field. */
export const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(1, "1", 0, -1, 1.5, 2 ** 53, 1e308, true, null),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 80 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>("", " ", "\u0000", "\ud800", "\u202e", [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const json = fc.tuple(
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...TYPES) }, fc.string()),
  fc.array(fc.tuple(fc.constantFrom(...FIELDS), value), { maxLength: 5 }),
  fc.boolean(),
).map(([type, fields, inRoom]) => {
  // Written by hand: keys may come twice, and "__proto__" is a key like others.
  const own: [string, unknown][] = inRoom ? [["type", type], ["roomId", 1]] : [["type", type]];
  const all = [...own, ...fields];
  return `{${all.map(([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of)}`).join(",")}}`;
});
const message = fc.string({ unit: "binary", maxLength: 40 })
  .map((text) => JSON.stringify({ type: "message", roomId: 1, text }));
/** What a client may send: frames that are right, nearly right, cut off, or no frames at all. */
export const input = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 2, arbitrary: message },
  { weight: 1, arbitrary: fc.tuple(json, fc.nat(60)).map(([text, end]) => text.slice(0, end)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

/** Bytes; some of them begin as lines of the TCP gateway do. */
export const noise = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.array(input, { maxLength: 5 }), fc.uint8Array({ maxLength: 60 }))
      .map(([lines, rest]) => {
        const start = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
        return new Uint8Array([...start, ...rest]);
      }),
  },
);

/** How many are made at once: all of them would not fit into memory. */
const PIECE = 5000;

/** So many of them, by a seed, a piece at a time. */
export function* sampled<Value>(
  arbitrary: fc.Arbitrary<Value>,
  count: number,
  seed: number,
): Generator<Value> {
  for (let done = 0; done < count; done += PIECE) {
    yield* fc.sample(arbitrary, { numRuns: Math.min(PIECE, count - done), seed: seed + done });
  }
}

/** Groups of so many. */
export function* grouped<Value>(values: Iterable<Value>, size: number): Generator<Value[]> {
  let group: Value[] = [];
  for (const each of values) {
    if (group.push(each) < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
