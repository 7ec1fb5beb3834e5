/** How far each user has read each room, on any of their devices. */

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

  constructor(private readonly kv: Deno.Kv, private readonly delayMs = 1000) {}

  /** The highest `seq` that the user has read in the room; 0 for none. */
  async get(userId: string, roomId: number): Promise<number> {
    const { value } = await this.kv.get<number>(markKey(userId, roomId));
    return Math.max(value ?? 0, this.#unwritten.get(`${userId} ${roomId}`)?.seq ?? 0);
  }

  /** Notes that the user has read up to `seq`. False when they had read that far before. */
  async set(userId: string, roomId: number, seq: number): Promise<boolean> {
    if (seq <= await this.get(userId, roomId)) return false;
    this.#unwritten.set(`${userId} ${roomId}`, { userId, roomId, seq });
    this.#timer ??= setTimeout(() => this.flush(), this.delayMs);
    return true;
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
