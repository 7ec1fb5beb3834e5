/** Island props on their way to the browser: JSON, and a few types that JSON lacks. */

/** Marks a value that is not plain JSON: `{"$frsh": [type, value]}`. */
const TAG = "$frsh";

/**
 * The props as text that may stand inside a `<script>` element.
 *
 * @param where names the island, for the error
 * @throws {TypeError} when a value cannot travel: functions, symbols, class instances, circles
 */
export function serialize(props: unknown, where: string): string {
  return JSON.stringify(encode(props, where, new Set()))
    .replace(
      /[<\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** The value that {@link serialize} was given. */
export function deserialize(text: string): unknown {
  return decode(JSON.parse(text));
}

function encode(value: unknown, where: string, above: Set<object>): unknown {
  const tagged = (type: string, inner: unknown = null) => ({ [TAG]: [type, inner] });
  if (value === undefined) return tagged("undefined");
  if (typeof value === "bigint") return tagged("bigint", String(value));
  if (typeof value === "number" && !Number.isFinite(value)) return tagged("number", String(value));
  if (typeof value === "function" || typeof value === "symbol") {
    throw new TypeError(
      `Island ${where} can't be given a ${typeof value}: it has to travel as text`,
    );
  }
  if (typeof value !== "object" || value === null) return value;
  if (above.has(value)) throw new TypeError(`Island ${where} contains itself`);
  const inside = new Set(above).add(value);
  const each = (inner: unknown, name: string) => encode(inner, `${where}.${name}`, inside);
  if (Array.isArray(value)) return value.map((inner, index) => each(inner, String(index)));
  if (value instanceof Date) return tagged("date", value.getTime());
  if (value instanceof URL) return tagged("url", value.href);
  if (value instanceof RegExp) return tagged("regexp", [value.source, value.flags]);
  if (value instanceof Uint8Array) return tagged("bytes", [...value]);
  if (value instanceof Map) return tagged("map", each([...value], "entries"));
  if (value instanceof Set) return tagged("set", each([...value], "values"));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const name = prototype.constructor?.name ?? "class";
    throw new TypeError(`Island ${where} can't be given a ${name}: only plain objects travel`);
  }
  // From entries, so that a key `__proto__` stays a key.
  const plain = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, each(inner, name)]),
  );
  return TAG in value ? tagged("object", plain) : plain;
}

function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value) && Object.hasOwn(value, TAG)) {
    const [type, inner] = (value as { [TAG]: [string, unknown] })[TAG];
    return revive(type, inner);
  }
  // In place: JSON.parse made it, nobody else holds it.
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner !== "object" || inner === null) continue;
    Object.defineProperty(value, name, {
      value: decode(inner),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return value;
}

function revive(type: string, inner: unknown): unknown {
  switch (type) {
    case "bigint":
      return BigInt(inner as string);
    case "number":
      return Number(inner);
    case "date":
      return new Date(inner as number);
    case "url":
      return new URL(inner as string);
    case "regexp":
      return new RegExp(...inner as [string, string]);
    case "bytes":
      return new Uint8Array(inner as number[]);
    case "map":
      return new Map(decode(inner) as [unknown, unknown][]);
    case "set":
      return new Set(decode(inner) as unknown[]);
    case "object":
      return Object.fromEntries(
        Object.entries(inner as object).map(([name, each]) => [name, decode(each)]),
      );
    default:
      return undefined;
  }
}
