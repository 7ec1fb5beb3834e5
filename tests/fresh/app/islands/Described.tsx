import { useState } from "preact/hooks";

/** Shows what it was given; a click shows what it has now. */
export default function Described(props: { value: unknown }) {
  const [now, setNow] = useState("");
  return (
    <div class="described">
      <pre>{describe(props.value)}</pre>
      <output>{now}</output>
      <button type="button" onClick={() => setNow(describe(props.value))}>now</button>
    </div>
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describe).join()}]`;
  if (value instanceof Date) return `Date ${value.toISOString()}`;
  if (value instanceof URL || value instanceof RegExp) return String(value);
  if (value instanceof Map) return `Map ${describe([...value])}`;
  if (value instanceof Set) return `Set ${describe([...value])}`;
  if (value instanceof Uint8Array) return `bytes ${value}`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).map(([key, item]) => `${key}:${describe(item)}`);
  return `${Object.getPrototypeOf(value) === Object.prototype ? "" : "odd "}{${entries}}`;
}
