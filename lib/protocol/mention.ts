/** Mentions: `@` and somebody's name. */
import { nameKey } from "./text.ts";

/** A letter or digit: a name that goes on with one is another name. */
const WORD = /[\p{L}\p{N}]/u;

/** Whether a text names a person: `@Ann Lee`, whatever its case or width, as a word of its own. */
export function isMentioned(text: string, name: string): boolean {
  const [where, what] = [nameKey(text), `@${nameKey(name)}`];
  for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + 1)) {
    const before = where.slice(0, at).at(-1) ?? "";
    const after = String.fromCodePoint(where.codePointAt(at + what.length) ?? 0x20);
    if (!WORD.test(before) && !WORD.test(after)) return true;
  }
  return false;
}
