/** What counts as text, and as a name: rules that every door (frames, forms, REST) shares. */
import { z } from "zod";

const NUL = String.fromCharCode(0);
// Control and format characters would let one name look like another, or hide itself.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

/** Well-formed Unicode without NUL: what can be stored and shown unchanged anywhere. */
export const wellFormed: z.ZodString = z.string().refine(
  (text) => text.isWellFormed() && !text.includes(NUL),
  "holds characters that are not valid text",
);

function oneLine(raw: string): string {
  return raw.normalize("NFC").trim().replace(/\s+/gu, " ");
}

/** What a message says: of at most so many UTF-16 code units, and not only blanks. */
export function messageText(maxTextLength: number) {
  return wellFormed
    .max(maxTextLength, `the text is longer than ${maxTextLength} characters`)
    .refine((text) => text.trim() !== "", "the text is empty");
}

const EMOJI = /^\p{RGI_Emoji}$/v;

/** One emoji, as Unicode recommends it for interchange (UTS #51, ED-27). */
export const emoji = wellFormed
  .max(64, "that is not one emoji")
  .refine((text) => EMOJI.test(text), "that is not one emoji");

function line(what: string, longest: number, shortest = 0) {
  return wellFormed
    .transform(oneLine)
    .pipe(
      z.string()
        .min(shortest, `${what} is empty`)
        .max(longest, `${what} is longer than ${longest} characters`)
        .refine((text) => !INVISIBLE.test(text), `${what} holds invisible characters`),
    );
}

/** A person's name: 1 to 32 visible characters, spaces collapsed. */
export const userName = line("the name", 32, 1);

/** What somebody calls a thing of theirs, such as a token: 1 to 64 visible characters. */
export const label = line("the name", 64, 1);

/** What somebody would like to be called: like a name, but not theirs alone. Empty for nothing. */
export const nickname = line("the nickname", 32);

/** A tag that people are found by: 1 to 24 visible characters, lower case, without its `#`. */
export const tag = z.string().transform((raw) => raw.trim().replace(/^#/, ""))
  .pipe(line("a tag", 24, 1))
  .transform(nameKey)
  .refine((text) => !text.includes(","), "a tag holds a comma");

/** What somebody wants to be found by: at most 8 tags. */
export const tags = z.array(tag)
  .transform((list) => [...new Set(list)])
  .refine((list) => list.length <= 8, "there are more than 8 tags");

// What would turn the text around it, or break the line (Unicode UAX 9 §2). Joiners are welcome:
// emoji are made with them.
const UNRULY = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u;

/** What somebody is up to: one line of at most 100 characters. Empty says nothing. */
export const statusText = wellFormed
  .transform(oneLine)
  .pipe(
    z.string()
      .max(100, "the status is longer than 100 characters")
      .refine((text) => !UNRULY.test(text), "the status holds invisible characters"),
  );

/** A group's name: 1 to 64 visible characters, spaces collapsed. */
export const roomName = line("the group's name", 64, 1);

/** What a group is about: at most 250 visible characters on one line, or nothing. */
export const roomTopic = line("the topic", 250);

/**
 * The form in which two names are compared: same letters, whatever their case or width
 * (Unicode NFKC and lower case).
 */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
