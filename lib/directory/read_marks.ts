/** How far each user has read each room, on any of their devices. */

import { type Log, reason } from "../log.ts";

const markKey = (userId: string, roomId: number): Deno.KvKey => ["read", userId, roomId];
/** One atomic takes 1,000 mutations. */
const BATCH = 500;

/**
 * Read marks in Deno KV. A mark only ever moves forward. It is kept in memory at once and written
 * within a second: a crash may forget the last second's reading, never a message.
 */
export class ReadMarks {
  readonly #unwritten = new Map<string, { userId: string; roomId: number; seq: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly kv: Deno.Kv,
    private readonly log: Log,
    private readonly delayMs = 1000,
  ) {}

  /** The highest `seq` that the user has read in the room; undefined when they were never there. */
  async get(userId: string, roomId: number): Promise<number | undefined> {
    const { value } = await this.kv.get<number>(markKey(userId, roomId));
    const unwritten = this.#unwritten.get(`${userId} ${roomId}`)?.seq;
    return unwritten === undefined ? value ?? undefined : Math.max(value ?? 0, unwritten);
  }

  /** Room id → what {@link get} says, for all rooms where the user has read something. */
  async all(userId: string): Promise<Map<number, number>> {
    const marks = new Map<number, number>();
    for await (const { key, value } of this.kv.list<number>({ prefix: ["read", userId] })) {
      marks.set(Number(key[2]), value);
    }
    for (const { userId: reader, roomId, seq } of this.#unwritten.values()) {
      if (reader === userId) marks.set(roomId, Math.max(marks.get(roomId) ?? 0, seq));
    }
    return marks;
  }

  /** Notes that the user has read up to `seq`. False when they had read that far before. */
  async set(userId: string, roomId: number, seq: number): Promise<boolean> {
    if (seq <= (await this.get(userId, roomId) ?? -1)) return false;
    this.#unwritten.set(`${userId} ${roomId}`, { userId, roomId, seq });
    this.#plan();
    return true;
  }

  /** Forgets that the user was ever there. */
  async forget(userId: string, roomId: number): Promise<void> {
    this.#unwritten.delete(`${userId} ${roomId}`);
    await this.kv.delete(markKey(userId, roomId));
  }

  /** Writes what was noted. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const marks = [...this.#unwritten.values()];
    for (let start = 0; start < marks.length; start += BATCH) {
      await this.#write(marks.slice(start, start + BATCH));
    }
  }

  #plan(): void {
    this.#timer ??= setTimeout(async () => {
      try {
        await this.flush();
      } catch (error) {
        this.log.warn(
          "read marks can't be written, and are tried again; check the journal's disk",
          {
            reason: reason(error),
          },
        );
        this.#plan();
      }
    }, this.delayMs);
  }

  async #write(marks: readonly { userId: string; roomId: number; seq: number }[]): Promise<void> {
    const atomic = this.kv.atomic();
    for (const { userId, roomId, seq } of marks) atomic.set(markKey(userId, roomId), seq);
    await atomic.commit();
    for (const mark of marks) {
      const name = `${mark.userId} ${mark.roomId}`;
      if (this.#unwritten.get(name) === mark) this.#unwritten.delete(name);
    }
  }
}
