/** Words, as searches compare them. */
import { nameKey } from "./text.ts";

/**
 * The words that a text is found by: lower case, without accents. A text of signs alone is one
 * word. "Ann-Marie Élan" → "ann", "marie", "elan".
 */
export function wordsOf(text: string): string[] {
  const folded = nameKey(text).normalize("NFKD").replace(/[\u0300-\u036f]/g, "").trim();
  const words = folded.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== "");
  return [...new Set(words.length > 0 || folded === "" ? words : [folded])];
}

/** Whether a text has all of the words; the last one may go on. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const said = wordsOf(text);
  return words.every((_, index) => said.some((word) => isWord(word, words, index)));
}

function isWord(said: string, words: readonly string[], index: number): boolean {
  const word = words[index] ?? "";
  return index === words.length - 1 ? said.startsWith(word) : said === word;
}

/** A piece of a text, and whether it is one of the words that were looked for. */
export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

/**
 * Cuts a text at the words that were looked for. Joined again, the pieces give the same text: every
 * second one is a word that was found.
 */
export function piecesOf(text: string, words: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const said = wordsOf(word);
    if (!words.some((_, at) => said.some((each) => isWord(each, words, at)))) continue;
    pieces.push({ text: text.slice(done, index), found: false }, { text: word, found: true });
    done = index + word.length;
  }
  return [...pieces, { text: text.slice(done), found: false }];
}
