/** Finds the links in what people write. */

/** Plain text, or the address of a link (which is its text, too). */
export type TextPart = string | { readonly href: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;
const CLOSERS: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/**
 * Splits a text into plain parts and links; joined again they give the same text.
 * Only `http:` and `https:` make a link. Punctuation that ends the sentence is not part of it.
 */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const href = withoutTail(match);
    if (!URL.canParse(href)) continue;
    if (index > done) parts.push(text.slice(done, index));
    parts.push({ href });
    done = index + href.length;
  }
  if (done < text.length) parts.push(text.slice(done));
  return parts;
}

/** `https://a.b/c).` → `https://a.b/c`, but `https://a.b/c_(d)` stays whole. */
function withoutTail(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] ?? "";
    const opener = CLOSERS[last];
    if (opener !== undefined) {
      const inside = address.slice(0, end);
      if (inside.split(opener).length >= inside.split(last).length) break;
    } else if (!/[.,;:!?…*_~|]/u.test(last)) break;
  }
  return address.slice(0, end);
}
