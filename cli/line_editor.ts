/** The line that is being typed: pure text editing, one grapheme at a time (UAX #29). */

/** What is left and right of the cursor. */
export interface Line {
  readonly before: string;
  readonly after: string;
}

/** A key as `node:readline` names it. */
export interface Key {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/** Nothing typed. */
export const EMPTY: Line = { before: "", after: "" };

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The characters of `text` as a person counts them. */
export function split(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** Puts text at the cursor. */
export function insert({ before, after }: Line, text: string): Line {
  return { before: before + text, after };
}

/** A key's name with what is held down beside it: `C-a`, `M-return`. */
export function chord({ name = "", ctrl, meta }: Key): string {
  return `${ctrl ? "C-" : ""}${meta ? "M-" : ""}${name}`;
}

/** The line after a key, or null for one that edits nothing. */
export function edited(line: Line, key: Key): Line | null {
  return EDITS[chord(key)]?.(line) ?? null;
}

/** By the names that shells (GNU Readline) gave them. */
const EDITS: Readonly<Record<string, (line: Line) => Line>> = {
  backspace: ({ before, after }) => ({ before: split(before).slice(0, -1).join(""), after }),
  delete: ({ before, after }) => ({ before, after: split(after).slice(1).join("") }),
  left: moveLeft,
  right: moveRight,
  home: toStart,
  end: toEnd,
  "C-a": toStart,
  "C-e": toEnd,
  "C-b": moveLeft,
  "C-f": moveRight,
  "C-u": ({ after }) => ({ before: "", after }),
  "C-k": ({ before }) => ({ before, after: "" }),
  "C-w": ({ before, after }) => ({ before: before.replace(/\S*\s*$/, ""), after }),
  // Line feed: Ctrl-J, and what terminals send for Alt-Enter after their escape.
  enter: (line) => insert(line, "\n"),
  "M-return": (line) => insert(line, "\n"),
  "M-enter": (line) => insert(line, "\n"),
};

function moveLeft({ before, after }: Line): Line {
  const all = split(before);
  const last = all.pop() ?? "";
  return { before: all.join(""), after: last + after };
}

function moveRight({ before, after }: Line): Line {
  const [first = "", ...rest] = split(after);
  return { before: before + first, after: rest.join("") };
}

function toStart({ before, after }: Line): Line {
  return { before: "", after: before + after };
}

function toEnd({ before, after }: Line): Line {
  return { before: before + after, after: "" };
}
