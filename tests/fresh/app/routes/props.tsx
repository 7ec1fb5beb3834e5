import Described from "../islands/Described.tsx";

/** One of each kind of value that an island may be given. */
export default function Props() {
  const value = [
    "text \u2028 </script> $& <!--",
    [1, [2, []], null, undefined],
    { nested: { list: [0] }, ...JSON.parse('{"__proto__": {"polluted": true}}') },
    [NaN, Infinity, -Infinity, -0, 12345678901234567890n],
    new Date(0),
    new Map<unknown, unknown>([["key", new Set([1, "two"])]]),
    new URL("https://example.org/a?b#c"),
    /a+<\/script>/gi,
    new Uint8Array([0, 128, 255]),
  ];
  return <Described value={value} />;
}
