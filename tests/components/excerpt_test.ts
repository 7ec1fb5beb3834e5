/** What a found message shows of itself: enough, with the words marked, and never broken text. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { excerptOf } from "@/components/excerpt.ts";
import { hasWords, piecesOf, wordsOf } from "@/lib/protocol/words.ts";

const marked = (text: string, query: string) =>
  piecesOf(text, wordsOf(query)).map(({ text, found }) => found ? `[${text}]` : text).join("");

Deno.test("words are marked as they were written; the last one may go on", () => {
  assert.equal(marked("Déjà vu, DEJA-VU", "deja vu"), "[Déjà] [vu], [DEJA]-[VU]");
  assert.equal(marked("noon at noontide", "at noo"), "[noon] [at] [noontide]");
  assert.equal(marked("noontide", "noon at"), "noontide");
  assert.equal(marked("no <b>word</b>", "word"), "no <b>[word]</b>");
  assert.equal(marked("", "word"), "");
});

Deno.test("a text has all words, or it is not found", () => {
  assert.ok(hasWords("Lunch at noon?", wordsOf("NOON lu")));
  assert.ok(!hasWords("Lunch at noon?", wordsOf("no lunch")));
  assert.ok(!hasWords("nothing but words", wordsOf("😀")));
});

Deno.test("of a long text the part around the first word is shown, cut at blanks", () => {
  const text = `${"before ".repeat(100)}needle ${"after ".repeat(100)}`;
  const excerpt = excerptOf(text, ["needle"]).map(({ text }) => text).join("");
  assert.match(excerpt, /^… (before )+needle (after )+…$/);
  assert.ok(excerpt.length < 400);
});

Deno.test("whatever the text: the pieces are the text, and an excerpt is whole characters", () => {
  const texts = fc.array(fc.constantFrom("a", "bé", " ", "\n", "😀", "x".repeat(150), "日本"))
    .map((parts) => parts.join(""));
  fc.assert(fc.property(texts, texts, (text, query) => {
    const words = wordsOf(query);
    const pieces = piecesOf(text, words);
    assert.equal(pieces.map((piece) => piece.text).join(""), text);
    const excerpt = excerptOf(text, words).map((piece) => piece.text).join("");
    assert.ok(excerpt.isWellFormed() && excerpt.length < 480);
    if (text.length <= 280) assert.equal(excerpt, text);
    const first = pieces.find(({ found }) => found);
    if (first) {
      assert.ok(excerptOf(text, words).some(({ found }) => found) || first.text.length > 280);
    }
  }));
});
