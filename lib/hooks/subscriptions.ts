/** Outgoing webhooks: whom to tell of a room's events. Kept in Deno KV. */
import { v7 as uuidv7 } from "uuid";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";

/** Somebody who is told. */
export interface Subscription {
  readonly id: string;
  readonly roomId: number;
  /** `http:` or `https:`. */
  readonly url: string;
  /** With which each delivery is signed, base64: it must be known here, so it is kept as it is. */
  readonly secret: string;
  /** Who asked for it. */
  readonly by: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

const allKey: Deno.KvKey = ["subscription"];
const roomKey = (roomId: number): Deno.KvKey => [...allKey, roomId];
const subscriptionKey = (roomId: number, id: string): Deno.KvKey => [...roomKey(roomId), id];
const cursorKey = (id: string): Deno.KvKey => ["subscription_cursor", id];

/** How many a room may have. */
const MAX_SUBSCRIPTIONS = 20;

/** The store of subscriptions and of their cursors. */
export class Subscriptions {
  constructor(private readonly kv: Deno.Kv, private readonly now: () => number = Date.now) {}

  /**
   * Makes one that is told of what comes after `cursor`.
   *
   * @throws {ProtocolError} `forbidden` when the room has too many
   */
  async create(roomId: number, url: string, by: User, cursor: number): Promise<Subscription> {
    if ((await this.of(roomId)).length >= MAX_SUBSCRIPTIONS) {
      throw new ProtocolError("forbidden", `A room tells ${MAX_SUBSCRIPTIONS} addresses at most.`);
    }
    const subscription: Subscription = {
      id: uuidv7(),
      roomId,
      url,
      secret: crypto.getRandomValues(new Uint8Array(32)).toBase64(),
      by: by.name,
      createdAt: this.now(),
    };
    await this.kv.atomic()
      .set(subscriptionKey(roomId, subscription.id), subscription)
      .set(cursorKey(subscription.id), cursor)
      .commit();
    return subscription;
  }

  /** A room's subscriptions, oldest first; without a room all there are. */
  async of(roomId?: number): Promise<Subscription[]> {
    const prefix = roomId === undefined ? allKey : roomKey(roomId);
    const entries = await Array.fromAsync(this.kv.list<Subscription>({ prefix }));
    return entries.map(({ value }) => value);
  }

  /** The `seq` of the last event that was delivered. */
  async cursor(id: string): Promise<number> {
    return (await this.kv.get<number>(cursorKey(id))).value ?? 0;
  }

  /** Notes that all up to `seq` was delivered. */
  async delivered(id: string, seq: number): Promise<void> {
    await this.kv.set(cursorKey(id), seq);
  }

  /** Removes one. */
  async forget(roomId: number, id: string): Promise<void> {
    await this.kv.atomic().delete(subscriptionKey(roomId, id)).delete(cursorKey(id)).commit();
  }
}
