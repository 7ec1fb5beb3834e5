/** Passwords: Argon2id hashes, and which passwords are not worth hashing. */
import { hash, verify } from "@node-rs/argon2";
import { wellFormed } from "../protocol/text.ts";

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = `$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;

/** A password's form: 8 to 200 characters. Whether it is a common one is asked when it is set. */
export const password = wellFormed
  .min(8, "the password is shorter than 8 characters")
  .max(200, "the password is longer than 200 characters");

/** A new password: well-formed, and not one that everybody tries first. */
export const newPassword = password.refine(
  async (text) => !(await commonPasswords()).has(text.toLowerCase()),
  "the password is one of those that everybody tries first",
);

/** Hashes passwords, and compares them; the cost stands in each hash (PHC string format). */
export class Passwords {
  /** Compared with in place of the hash of somebody who has none: it takes as long. */
  readonly #nobody = hash(crypto.randomUUID(), COST);

  /** The hash of a password, to be kept with its user. */
  hash(text: string): Promise<string> {
    return hash(text, COST);
  }

  /** Whether a hash is this password's. Without a hash it is not, and that takes the same time. */
  async verify(phc: string | undefined, text: string): Promise<boolean> {
    const right = await verify(phc ?? await this.#nobody, text);
    return right && phc !== undefined;
  }

  /** Whether a hash was made at another cost than today's: time to make it anew. */
  isDated(phc: string): boolean {
    return !phc.includes(CURRENT);
  }
}

let common: Promise<ReadonlySet<string>> | undefined;

/** Loaded when the first password is set. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) =>
    new Set(
      dictionary["passwords-common"].filter((word): word is string => typeof word === "string"),
    )
  );
  return common;
}
