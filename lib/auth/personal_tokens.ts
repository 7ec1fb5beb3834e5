/** Personal tokens: long-lived, named, for the programs of one person. */
import { v7 as uuidv7 } from "uuid";
import { ProtocolError } from "../protocol/errors.ts";
import { hashOf, newSecret } from "./secret.ts";

/** What each begins with: scanners of code for secrets can find it, and tell it from a session. */
export const PERSONAL_PREFIX = "parley_";
/** How many characters of a token its list shows, so that people know it again. */
const SHOWN_CHARS = PERSONAL_PREFIX.length + 6;
/** How old the last noted use must be before a use is written down again, in milliseconds. */
const NOTE_MS = 3_600_000;
/** How many a person may have. */
const MAX_TOKENS = 50;

/** A token, as its holder may see it. */
export interface PersonalToken {
  readonly id: string;
  /** What its holder calls it. */
  readonly name: string;
  /** Its first characters; they open nothing. */
  readonly prefix: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Unix milliseconds, to the hour; undefined when it was never used. */
  readonly usedAt?: number;
}

type TokenRecord = PersonalToken & { readonly hash: string };

const tokensKey = (userId: string): Deno.KvKey => ["personal_token", userId];
const tokenKey = (userId: string, id: string): Deno.KvKey => [...tokensKey(userId), id];
const secretKey = (hash: string): Deno.KvKey => ["personal_token_secret", hash];

/** What a token's secret leads to. */
interface Holder {
  readonly userId: string;
  readonly id: string;
}

/** Personal tokens in Deno KV. A stolen database opens nothing: only hashes are kept. */
export class PersonalTokens {
  constructor(private readonly kv: Deno.Kv, private readonly now: () => number = Date.now) {}

  /**
   * Makes a token; its secret is known to whoever asked alone, from now on.
   *
   * @param alongside what else belongs to it, in the same atomic operation
   * @throws {ProtocolError} `forbidden` when the person has too many
   */
  async create(
    userId: string,
    name: string,
    alongside: (atomic: Deno.AtomicOperation) => void = () => {},
  ): Promise<{ token: PersonalToken; secret: string }> {
    if ((await this.of(userId)).length >= MAX_TOKENS) {
      throw new ProtocolError("forbidden", `One may have ${MAX_TOKENS} tokens. Revoke one first.`);
    }
    const secret = PERSONAL_PREFIX + newSecret();
    const token: PersonalToken = {
      id: uuidv7(),
      name,
      prefix: secret.slice(0, SHOWN_CHARS),
      createdAt: this.now(),
    };
    const record: TokenRecord = { ...token, hash: hashOf(secret) };
    const holder: Holder = { userId, id: token.id };
    const atomic = this.kv.atomic()
      .set(tokenKey(userId, token.id), record)
      .set(secretKey(record.hash), holder);
    alongside(atomic);
    await atomic.commit();
    return { token, secret };
  }

  /** A person's tokens, oldest first. */
  async of(userId: string): Promise<PersonalToken[]> {
    const list = this.kv.list<TokenRecord>({ prefix: tokensKey(userId) });
    return await Array.fromAsync(list, ({ value: { hash: _, ...token } }) => token);
  }

  /** Whose token it is; undefined when it is unknown or revoked. */
  async userId(secret: string): Promise<string | undefined> {
    const { value: holder } = await this.kv.get<Holder>(secretKey(hashOf(secret)));
    if (holder === null) return undefined;
    const entry = await this.kv.get<TokenRecord>(tokenKey(holder.userId, holder.id));
    if (entry.value === null) return undefined;
    const now = this.now();
    if ((entry.value.usedAt ?? 0) <= now - NOTE_MS) {
      // A token that is revoked at this moment stays revoked.
      await this.kv.atomic().check(entry).set(entry.key, { ...entry.value, usedAt: now }).commit();
    }
    return holder.userId;
  }

  /**
   * Ends a token.
   *
   * @throws {ProtocolError} `not_found`
   */
  async revoke(userId: string, id: string): Promise<void> {
    const { value } = await this.kv.get<TokenRecord>(tokenKey(userId, id));
    if (value === null) throw new ProtocolError("not_found", "There is no such token.");
    await this.kv.atomic().delete(tokenKey(userId, id)).delete(secretKey(value.hash)).commit();
  }

  /** Ends all of a person's tokens. */
  async revokeAll(userId: string): Promise<void> {
    for (const { id } of await this.of(userId)) await this.revoke(userId, id);
  }
}
