/** Text measured in the cells of a terminal. What comes in is plain: {@link safeText} made it so. */
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";
import { split } from "./line_editor.ts";

/** How many cells it takes. */
export const width: (text: string) => number = stringWidth;

/** `text` cut to at most `cells`, with an ellipsis where something is missing. */
export function cut(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  return cells < 1 ? "" : `${head(text, cells - 1)}…`;
}

/** `text` cut or filled up to exactly `cells`. */
export function fit(text: string, cells: number): string {
  const short = cut(text, cells);
  return short + " ".repeat(Math.max(0, cells - width(short)));
}

/** As many characters from the start as `cells` hold. */
export function head(text: string, cells: number): string {
  let taken = "";
  for (const sign of split(text)) {
    if (width(taken + sign) > cells) break;
    taken += sign;
  }
  return taken;
}

/** As many characters from the end as `cells` hold. */
export function last(text: string, cells: number): string {
  let taken = "";
  for (const sign of split(text).reverse()) {
    if (width(sign + taken) > cells) break;
    taken = sign + taken;
  }
  return taken;
}

/** The lines that `text` takes; words are kept whole where they fit. */
export function wrap(text: string, cells: number): string[] {
  return wrapAnsi(text, Math.max(1, cells), { hard: true, trim: false }).split("\n");
}
