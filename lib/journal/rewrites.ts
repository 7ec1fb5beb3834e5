/** Entries that lost the text of a deleted message in memory, and have it on disk yet. */
import { type Log, reason } from "../log.ts";
import { entryOf, seal } from "./entry.ts";
import * as keys from "./keys.ts";
import type { Events } from "./open_log.ts";

/** What a crash leaves undone, reading the log finds again. */
export class Rewrites {
  readonly #entries: Events[] = [];
  #due = false;

  constructor(private readonly kv: Deno.Kv, private readonly log: Log) {}

  /** Whether there is something to store; after a failure, not before there is something new. */
  get due(): boolean {
    return this.#due;
  }

  add(entries: readonly Events[]): void {
    this.#entries.push(...entries);
    this.#due = this.#entries.length > 0;
  }

  /** Stores entries anew, those that are still in a log: `current` gives a room's. */
  async store(current: (roomId: number) => readonly Events[] | undefined): Promise<void> {
    this.#due = false;
    for (let events; (events = this.#entries[0]) !== undefined; this.#entries.shift()) {
      const [first] = events;
      // Trimmed meanwhile, or rewritten once more.
      if (first === undefined || !current(first.frame.roomId)?.includes(events)) continue;
      const { roomId } = first.frame;
      try {
        await this.kv.set(keys.entry(roomId, first.seq), seal(entryOf(events)));
      } catch (error) {
        this.log.error(
          "the journal cannot take out the text of a deleted message: tried again later",
          { roomId, reason: reason(error) },
        );
        return;
      }
    }
  }
}
