import assert from "node:assert/strict";
import fc from "fast-check";
import { textParts } from "@/components/text_parts.ts";

const hrefs = (text: string) =>
  textParts(text).flatMap((part) => typeof part === "string" ? [] : [part.href]);

Deno.test("links are found, the sentence's punctuation is left out of them", () => {
  assert.deepEqual(textParts("see https://a.example/b?c=d#e, please"), [
    "see ",
    { href: "https://a.example/b?c=d#e" },
    ", please",
  ]);
  assert.deepEqual(hrefs("(https://a.example/b). http://b.example!"), [
    "https://a.example/b",
    "http://b.example",
  ]);
  assert.deepEqual(hrefs("https://en.example/wiki/Parley_(talk)"), [
    "https://en.example/wiki/Parley_(talk)",
  ]);
  assert.deepEqual(hrefs("HTTPS://A.EXAMPLE"), ["HTTPS://A.EXAMPLE"]);
});

Deno.test("nothing but http and https becomes a link", () => {
  const texts = [
    "javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "https://",
    "https:// a",
    "xhttps://a.example",
    "file:///etc/passwd",
    '<a href="javascript:x">',
    "www.example.com",
    "http://[",
  ];
  for (const text of texts) assert.deepEqual(hrefs(text), [], text);
});

Deno.test("the parts joined are the text, and every link has a web address", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.webUrl(),
    fc.constantFrom(" ", ").", "\n"),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const text = pieces.join("");
    const parts = textParts(text);
    assert.equal(parts.map((part) => typeof part === "string" ? part : part.href).join(""), text);
    for (const href of hrefs(text)) assert.match(new URL(href).protocol, /^https?:$/);
  }));
});
