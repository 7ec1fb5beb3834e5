/** Incoming webhooks: addresses by which a program says something in one room, as a bot. */
import { v7 as uuidv7 } from "uuid";
import { hashOf, newSecret } from "../auth/secret.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";

/** An address that is in use. */
export interface Webhook {
  readonly id: string;
  readonly roomId: number;
  /** As whom it speaks. */
  readonly bot: User;
  /** Who made it. */
  readonly by: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

const hooksKey = (roomId: number): Deno.KvKey => ["webhook", roomId];
const hookKey = (roomId: number, id: string): Deno.KvKey => [...hooksKey(roomId), id];
const secretKey = (hash: string): Deno.KvKey => ["webhook_secret", hash];

/** How many a room may have. */
const MAX_HOOKS = 50;

/** A webhook as stored. */
type HookRecord = Webhook & { readonly hash: string };

/** Webhooks in Deno KV. Who has the secret may speak; the database does not have it. */
export class Webhooks {
  constructor(private readonly kv: Deno.Kv, private readonly now: () => number = Date.now) {}

  /**
   * Makes a webhook; its secret is known to whoever asked alone, from now on.
   *
   * @throws {ProtocolError} `forbidden` when the room has too many
   */
  async create(
    roomId: number,
    { id: botId, name }: User,
    creator: User,
  ): Promise<{ webhook: Webhook; secret: string }> {
    if ((await this.of(roomId)).length >= MAX_HOOKS) {
      throw new ProtocolError("forbidden", `A room has ${MAX_HOOKS} webhooks at most.`);
    }
    const secret = newSecret();
    const webhook: Webhook = {
      id: uuidv7(),
      roomId,
      bot: { id: botId, name },
      by: creator.name,
      createdAt: this.now(),
    };
    const record: HookRecord = { ...webhook, hash: hashOf(secret) };
    await this.kv.atomic()
      .set(hookKey(roomId, webhook.id), record)
      .set(secretKey(record.hash), hookKey(roomId, webhook.id))
      .commit();
    return { webhook, secret };
  }

  /** A room's webhooks, oldest first. */
  async of(roomId: number): Promise<Webhook[]> {
    const records = await Array.fromAsync(this.kv.list<HookRecord>({ prefix: hooksKey(roomId) }));
    return records.map(({ value: { hash: _, ...webhook } }) => webhook);
  }

  /**
   * The webhook of that secret.
   *
   * @throws {ProtocolError} `not_found`
   */
  async bySecret(secret: string): Promise<Webhook> {
    const { value: key } = await this.kv.get<Deno.KvKey>(secretKey(hashOf(secret)));
    const webhook = key && (await this.kv.get<HookRecord>(key)).value;
    if (webhook) return webhook;
    throw new ProtocolError("not_found", "There is no such webhook, or not any more.");
  }

  /** Ends all of a room that is no more. */
  async removeAll(roomId: number): Promise<void> {
    for (const { id } of await this.of(roomId)) await this.revoke(roomId, id);
  }

  /**
   * Ends a webhook.
   *
   * @throws {ProtocolError} `not_found`
   */
  async revoke(roomId: number, id: string): Promise<void> {
    const { value } = await this.kv.get<HookRecord>(hookKey(roomId, id));
    if (value === null) throw new ProtocolError("not_found", "There is no such webhook.");
    await this.kv.atomic().delete(hookKey(roomId, id)).delete(secretKey(value.hash)).commit();
  }
}
