/** A message as a list of what was found shows it. */
import { type Piece, piecesOf } from "@/lib/protocol/words.ts";

/** About as much of a text as a few lines hold, in UTF-16 code units … */
const LONG = 280;
/** … and as much of it before the first word that was found. */
const LEAD = 60;

/** The part of a text around the first of the words, cut at blanks; whole when it is short. */
export function excerptOf(text: string, words: readonly string[]): Piece[] {
  if (text.length <= LONG) return piecesOf(text, words);
  const [before] = piecesOf(text, words);
  const first = before?.text.length ?? 0;
  const start = first > LEAD ? blankAfter(text, first - LEAD, first) : 0;
  const end = start + LONG < text.length ? blankAfter(text, start + LONG, text.length) : undefined;
  const part = text.slice(start, end).trim();
  return piecesOf(`${start > 0 ? "… " : ""}${part}${end === undefined ? "" : " …"}`, words);
}

/** The first blank from `from` on; one that is too far away is not worth the wait. */
function blankAfter(text: string, from: number, limit: number): number {
  const blank = text.slice(from, Math.min(limit, from + LEAD)).search(/\s/u);
  if (blank !== -1) return from + blank;
  // Not between the halves of a character.
  return /[\udc00-\udfff]/.test(text[from] ?? "") ? from + 1 : from;
}
