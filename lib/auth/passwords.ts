/** Passwords: Argon2id hashes, and which passwords are not worth hashing. */
import { hash, verify } from "@node-rs/argon2";
import { wellFormed } from "../protocol/text.ts";

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const CURRENT = `$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;

const passwordKey = (userId: string): Deno.KvKey => ["password", userId];

/** A password's form: 8 to 200 characters. Whether it is a common one is asked when it is set. */
export const password = wellFormed
  .min(8, "the password is shorter than 8 characters")
  .max(200, "the password is longer than 200 characters");

/** A new password: well-formed, and not one that everybody tries first. */
export const newPassword = password.refine(
  async (text) => !(await commonPasswords()).has(text.toLowerCase()),
  "the password is one of those that everybody tries first",
);

/** Password hashes in Deno KV; their cost stands in each of them (PHC string format). */
export class Passwords {
  /** Verified in place of the hash of somebody who does not exist: it takes as long. */
  readonly #nobody = hash(crypto.randomUUID(), COST);

  constructor(private readonly kv: Deno.Kv) {}

  /** What stores a password as part of somebody's atomic operation. */
  async prepare(
    text: string,
  ): Promise<(atomic: Deno.AtomicOperation, userId: string) => void> {
    const phc = await hash(text, COST);
    return (atomic, userId) => atomic.set(passwordKey(userId), phc);
  }

  /** Whether it is the user's password. Takes the same time when there is no such user. */
  async verify(userId: string | undefined, text: string): Promise<boolean> {
    const { value } = await this.kv.get<string>(passwordKey(userId ?? ""));
    const right = await verify(value ?? await this.#nobody, text);
    if (value === null || userId === undefined) return false;
    // Hashed when the cost was another one: now that the password is here it can be done anew.
    if (right && !value.includes(CURRENT)) {
      const store = await this.prepare(text);
      const atomic = this.kv.atomic();
      store(atomic, userId);
      await atomic.commit();
    }
    return right;
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
