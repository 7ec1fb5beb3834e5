import { deepStrictEqual as equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { width } from "@/cli/cells.ts";
import { logRows, picture, type Scene, scrolled } from "@/cli/chat_view.ts";
import { EMPTY } from "@/cli/line_editor.ts";
import { safeJson, safeText } from "@/cli/safe_text.ts";
import { initialState } from "@/lib/client/room_state.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom("\x1b[31m", "\n", "\t", "漢", "é", "👩‍💻", " ", "\u202e"),
    maxLength: 40,
  }),
);
const size = fc.record({
  columns: fc.integer({ min: 1, max: 160 }),
  rows: fc.integer({ min: 1, max: 60 }),
});

function scene(texts: readonly string[], typed = ""): Scene {
  const self = { id: "1", name: "Ann" };
  const history = texts.map((text, i) => ({
    id: String(i),
    seq: i + 1,
    roomId: 1,
    userId: i % 2 === 0 ? "1" : "2",
    sender: "Ann",
    text,
    ts: i * 40_000_000,
  }));
  const state = initialState({
    room: { id: 1, kind: "group", name: "lobby", topic: texts[0] },
    self,
    members: [self, { id: "2", name: "Bob", nickname: "漢字 Bobby" }],
    head: history.length,
    epoch: "e",
    readSeq: 0,
    history,
    more: false,
  });
  return { state, line: { ...EMPTY, before: typed }, place: null, unreadAfter: 1, notice: "" };
}

Deno.test("whatever people write: no row is broader than the window, none is missing, the cursor is inside", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 8 }), anyText, size, (texts, typed, size) => {
      const { rows, cursor } = picture(scene(texts, typed), size, false);
      equal(rows.length, size.rows);
      if (size.columns < 4) return; // there is no room for even the prompt and a wide character
      for (const row of rows) ok(width(row) <= size.columns, JSON.stringify(row));
      ok(cursor.row < size.rows && cursor.column < size.columns);
    }),
  );
});

Deno.test("no character that a terminal obeys is left in a text, and JSON keeps its value", () => {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  const obeyed = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  fc.assert(fc.property(anyText, (text) => {
    ok(!obeyed.test(safeText(text)));
    ok(!obeyed.test(safeJson({ text })));
    equal(JSON.parse(safeJson({ text })), { text });
  }));
});

Deno.test("scrolling up and as far down again ends at the newest", () => {
  const rows = logRows(scene(Array.from({ length: 100 }, (_, i) => `text ${i}`)), {
    columns: 80,
    rows: 24,
  });
  let place = scrolled(rows, null, -30, 20);
  ok(place !== null);
  place = scrolled(rows, place, 29, 20);
  ok(place !== null);
  equal(scrolled(rows, place, 1, 20), null);
  const top = scrolled(rows, null, -10_000, 20);
  equal(top, { seq: rows[19]?.seq, part: rows[19]?.part });
});
