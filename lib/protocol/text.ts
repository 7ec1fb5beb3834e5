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

function line(what: string, longest: number, shortest = 0) {
  return wellFormed
    .transform((raw) => raw.normalize("NFC").trim().replace(/\s+/gu, " "))
    .pipe(
      z.string()
        .min(shortest, `${what} is empty`)
        .max(longest, `${what} is longer than ${longest} characters`)
        .refine((text) => !INVISIBLE.test(text), `${what} holds invisible characters`),
    );
}

/** A person's name: 1 to 32 visible characters, spaces collapsed. */
export const userName = line("the name", 32, 1);

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
