import assert from "node:assert/strict";
import { v7 } from "uuid";
import { hueOf, HUES, initialsOf } from "@/components/avatar_look.ts";
import { dayLabel, timeLabel } from "@/components/dates.ts";

Deno.test("initials are the first letters of the first and the last word", () => {
  const names = ["bob", "Ada Lovelace", "Jean Luc de Picard", "  ", "élan", "😀 x", "ß"];
  assert.deepEqual(names.map(initialsOf), ["B", "AL", "JP", "?", "É", "😀X", "SS"]);
});

Deno.test("people who came at the same time get all the colours", () => {
  const hues = Array.from({ length: 500 }, () => hueOf(v7()));
  assert.equal(new Set(hues).size, HUES);
});

Deno.test("days are called as people call them", () => {
  const now = Date.UTC(2026, 10, 20, 12);
  const label = (...day: [number, number, number]) =>
    dayLabel(Date.UTC(...day, 23, 59), now, "utc");
  assert.equal(label(2026, 10, 20), "Today");
  assert.equal(label(2026, 10, 19), "Yesterday");
  // The comma depends on the version of Unicode's data.
  assert.match(label(2026, 10, 18), /^Wednesday,? 18 November$/);
  assert.match(label(2025, 10, 18), /^Tuesday,? 18 November 2025$/);
  assert.equal(timeLabel(now, "utc"), "12:00");
});

Deno.test("a browser that names no valid language still shows times", () => {
  Object.defineProperty(navigator, "language", { value: "en-US@posix", configurable: true });
  try {
    assert.match(timeLabel(0, "local"), /^\d\d:\d\d$/);
  } finally {
    Reflect.deleteProperty(navigator, "language");
  }
});
