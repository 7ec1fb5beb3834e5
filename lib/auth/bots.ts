/** Bots: programs with a name and a token of their own, for which a person answers. */
import { asUser } from "../directory/profile.ts";
import type { UserRecord, Users } from "../directory/users.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { PersonalToken, PersonalTokens } from "./personal_tokens.ts";

/** How many a person may have. */
const MAX_BOTS = 50;
/** What a bot's one token is called. */
const TOKEN_NAME = "bot";

/** A bot, as its owner sees it. */
export interface Bot extends User, Pick<PersonalToken, "prefix" | "createdAt" | "usedAt"> {}

const botsKey = (ownerId: string): Deno.KvKey => ["bot", ownerId];
const botKey = (ownerId: string, id: string): Deno.KvKey => [...botsKey(ownerId), id];

/**
 * Bots in Deno KV: who may come in by a token, and nothing else. One that is revoked keeps its
 * name, and made again by its owner it is the same bot.
 */
export class Bots {
  constructor(
    private readonly kv: Deno.Kv,
    private readonly users: Users,
    private readonly tokens: PersonalTokens,
  ) {}

  /**
   * Makes a bot; its token's secret is known to whoever asked alone, from now on.
   *
   * @throws {ProtocolError} `username_taken`, also by a bot that the owner has; `forbidden` when
   * the owner has too many
   */
  async create(owner: User, name: string): Promise<{ bot: Bot; secret: string }> {
    const own = await this.of(owner.id);
    if (own.length >= MAX_BOTS) {
      throw new ProtocolError("forbidden", `One may have ${MAX_BOTS} bots. Revoke one first.`);
    }
    const record = await this.users.bot(name, owner);
    if (own.some(({ id }) => id === record.id)) throw new ProtocolError("username_taken");
    const { token, secret } = await this.tokens.create(
      record.id,
      TOKEN_NAME,
      (atomic) => atomic.set(botKey(owner.id, record.id), true),
    );
    return { bot: asBot(record, token), secret };
  }

  /** The bots that a person answers for, oldest first. */
  async of(ownerId: string): Promise<Bot[]> {
    const entries = await Array.fromAsync(this.kv.list({ prefix: botsKey(ownerId) }));
    const records = await this.users.many(entries.map(({ key }) => String(key.at(-1))));
    const bots = await Promise.all(records.map(async (record) => {
      const [token] = await this.tokens.of(record.id);
      return token === undefined ? [] : [asBot(record, token)];
    }));
    return bots.flat().sort((a, b) => a.createdAt - b.createdAt);
  }

  /**
   * Ends a bot's token.
   *
   * @throws {ProtocolError} `not_found`
   */
  async revoke(ownerId: string, id: string): Promise<void> {
    const { value } = await this.kv.get(botKey(ownerId, id));
    if (value === null) throw new ProtocolError("not_found", "You have no such bot.");
    await this.tokens.revokeAll(id);
    await this.kv.delete(botKey(ownerId, id));
  }
}

function asBot(record: UserRecord, { prefix, createdAt, usedAt }: PersonalToken): Bot {
  return { ...asUser(record), prefix, createdAt, ...(usedAt && { usedAt }) };
}
