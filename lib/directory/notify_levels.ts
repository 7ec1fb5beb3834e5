/** Of which messages each user wants to be told, by room. Kept in Deno KV. */
import type { Notify } from "../protocol/server_frames.ts";

const levelsKey = (userId: string): Deno.KvKey => ["notify", userId];
const levelKey = (userId: string, roomId: number): Deno.KvKey => [...levelsKey(userId), roomId];

/** What is not said otherwise is `all`. */
export class NotifyLevels {
  constructor(private readonly kv: Deno.Kv) {}

  /** Room id → what the user chose for it. */
  async all(userId: string): Promise<Map<number, Notify>> {
    const levels = new Map<number, Notify>();
    for await (const { key, value } of this.kv.list<Notify>({ prefix: levelsKey(userId) })) {
      levels.set(Number(key[2]), value);
    }
    return levels;
  }

  /** What the user chose for a room. */
  async get(userId: string, roomId: number): Promise<Notify> {
    return (await this.kv.get<Notify>(levelKey(userId, roomId))).value ?? "all";
  }

  /** Takes the user's choice for a room. */
  async set(userId: string, roomId: number, level: Notify): Promise<void> {
    if (level === "all") await this.kv.delete(levelKey(userId, roomId));
    else await this.kv.set(levelKey(userId, roomId), level);
  }
}
