/** Island props on their way to the browser: JSON, and a few types that JSON lacks. */
import { isValidElement } from "preact";

/** Marks a value that is not plain JSON: `{"$frsh": [type, value]}`. */
const TAG = "$frsh";

/** A value that can't travel, found at a path like `.prop.names[0]`. */
class Unsendable extends Error {
  constructor(path: string, problem: string) {
    super(`prop "${path.slice(1)}" ${problem}`);
  }
}

/**
 * The props of an island as text that may stand inside a `<script>` element.
 *
 * @throws {TypeError} naming the island and the prop when one is or holds what can't travel: a
 *   function, JSX, a symbol, an instance of a class, or itself
 */
export function serialize(props: object, island: string): string {
  try {
    return JSON.stringify(encode(props, "", [])).replace(
      /[<\u2028\u2029]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error;
    throw new TypeError(
      `Island ${island}: ${error.message}, which can't be sent to the browser. ` +
        "Pass plain data, and let the island make the rest of it.",
    );
  }
}

/** The value that {@link serialize} was given. */
export function deserialize(text: string): unknown {
  return decode(JSON.parse(text));
}

/** @param within the objects around the value, by which it finds one that holds itself */
function encode(value: unknown, path: string, within: readonly object[]): unknown {
  if (value === undefined) return tagged("undefined");
  if (typeof value === "bigint") return tagged("bigint", String(value));
  if (typeof value === "number") {
    if (Object.is(value, -0)) return tagged("number", "-0");
    return Number.isFinite(value) ? value : tagged("number", String(value));
  }
  if (typeof value === "function" || typeof value === "symbol") {
    throw new Unsendable(path, `is a ${typeof value}`);
  }
  return typeof value === "object" && value !== null ? encodeObject(value, path, within) : value;
}

function encodeObject(value: object, path: string, within: readonly object[]): unknown {
  if (within.includes(value)) throw new Unsendable(path, "holds itself");
  const inside = [...within, value];
  const each = (items: Iterable<unknown>) =>
    Array.from(items, (item, index) => encode(item, `${path}[${index}]`, inside));
  if (Array.isArray(value)) return each(value);
  if (value instanceof Date) return tagged("date", value.getTime());
  if (value instanceof URL) return tagged("url", value.href);
  if (value instanceof RegExp) return tagged("regexp", [value.source, value.flags]);
  if (value instanceof Uint8Array) return tagged("bytes", [...value]);
  if (value instanceof Map) return tagged("map", each(value));
  if (value instanceof Set) return tagged("set", each(value));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new Unsendable(path, `is a ${prototype.constructor?.name ?? "class instance"}`);
  }
  // Preact takes every object without a constructor for JSX: also those without a prototype.
  if (prototype !== null && isValidElement(value)) throw new Unsendable(path, "is JSX");
  // From entries, so that a key `__proto__` stays a key.
  const plain = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, encode(inner, `${path}.${name}`, inside)]),
  );
  return TAG in value ? tagged("object", plain) : plain;
}

function tagged(type: string, inner: unknown = null): Record<string, unknown> {
  return { [TAG]: [type, inner] };
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
