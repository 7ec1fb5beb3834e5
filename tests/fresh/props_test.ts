/** What an island's props are on their way from the server to the browser. */
import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { h } from "preact";
import { deserialize, serialize } from "../../lib/fresh/props.ts";

Deno.test("props that look like the format's own marks arrive as they are", () => {
  const props = { $frsh: ["date", 0], inner: { $frsh: ["undefined"] }, list: [{ $frsh: 1 }] };
  assert.deepEqual(deserialize(serialize(props, "Any")), props);
});

Deno.test("an object without a prototype arrives as a plain one", () => {
  const params: unknown = Object.assign(Object.create(null), { id: "1" });
  assert.deepEqual(deserialize(serialize({ params }, "Any")), { params: { id: "1" } });
});

Deno.test("the same object twice is no circle", () => {
  const date = { day: 1 };
  const props = { from: date, to: date };
  assert.deepEqual(deserialize(serialize(props, "Any")), props);
});

Deno.test("JSX and signals are refused, by the names of island and prop", () => {
  assert.throws(() => serialize({ children: h("b", null) }, "Card"), {
    name: "TypeError",
    message: /^Island Card: prop "children" is JSX/,
  });
  assert.throws(() => serialize({ list: [{ count: signal(1) }] }, "Card"), {
    name: "TypeError",
    message: /^Island Card: prop "list\[0\]\.count" is a class instance/,
  });
});
