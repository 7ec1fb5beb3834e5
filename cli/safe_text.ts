/** Texts of others, made fit for a terminal: nothing in them can move, colour or hide anything. */

/** C0 but line feed, DEL and C1: what terminals take as commands (ECMA-48 §5). */
// deno-lint-ignore no-control-regex -- they are what is looked for
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g;
/** Directions that reach beyond their own word (UAX #9), and separators that are no line feed. */
const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\u2060-\u2064\ufeff]/g;

/** Shows control and direction characters as signs of their own; line feeds stay. */
export function safeText(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\t", "    ")
    .replace(CONTROL, shownControl)
    .replace(UNSEEN, (sign) => `<U+${hex(sign)}>`);
}

/** {@link safeText} on one line. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll("\n", " ");
}

/** JSON on one line that is also fit for a terminal: the same value, fewer raw characters. */
export function safeJson(value: unknown): string {
  const escaped = (sign: string) => `\\u${hex(sign)}`;
  return JSON.stringify(value).replace(CONTROL, escaped).replace(UNSEEN, escaped);
}

/** U+2400 and the following are pictures of C0; DEL and C1 are shown by their number. */
function shownControl(sign: string): string {
  const code = sign.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `<U+${hex(sign)}>`;
}

function hex(sign: string): string {
  return sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}
