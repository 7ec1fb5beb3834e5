/**
 * Groups: what one commit stored of several rooms together. A group is one write at the end of the
 * journal's file, where an entry of each room's own log would be as many in as many places; a moment
 * later each room's part moves into its own log, with all that came meanwhile.
 */
import type { LogEvent } from "../protocol/event.ts";
import { entryOf, pack, seal } from "./entry.ts";
import * as keys from "./keys.ts";

/** Parts that are stored in one value at most: its key names them, in at most 2,048 bytes. */
const MAX_PARTS = 60;
/** Parts move into their own logs so many milliseconds after the first was stored, … */
const SETTLE_MS = 1000;
/** … or when they come to this much JSON, in characters: a start reads it all. */
const SETTLE_CHARS = 4_000_000;

/** Consecutive events of one room. */
export type Part = readonly LogEvent[];

/** The stored groups, and which rooms' parts are nowhere else. */
export class Groups {
  readonly #stored = new Map<number, { readonly key: Deno.KvKey; readonly rooms: Set<number> }>();
  readonly #groupsOf = new Map<number, Set<number>>();
  /** Rooms whose parts shall move now. */
  readonly #moving = new Set<number>();
  /** Groups whose parts are all in their own logs. */
  #empty: Deno.KvKey[] = [];
  #last = 0;
  #chars = 0;
  #resting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onDue called when parts are to move */
  constructor(private readonly onDue: () => void) {}

  /** Whether there are parts that shall move, or groups without any. */
  get due(): boolean {
    return !this.#resting && (this.#moving.size > 0 || this.#empty.length > 0);
  }

  /** Rooms whose parts shall move, whose turn it is first. */
  get moving(): Iterable<number> {
    return this.#moving;
  }

  /**
   * Stores parts of several rooms.
   *
   * @returns what is to be called once that is stored
   */
  put(atomic: Deno.AtomicOperation, parts: readonly Part[]): () => void {
    const groups = valuesOf(parts).map((events) => {
      const number = ++this.#last;
      const entry = entryOf(events);
      const key = keys.group(number, contentsOf(events));
      atomic.set(key, seal(entry));
      const rooms = new Set(events.map(({ frame }) => frame.roomId));
      return { number, key, rooms, chars: entry.text.length };
    });
    return () => {
      for (const { number, key, rooms, chars } of groups) {
        this.#stored.set(number, { key, rooms });
        this.#chars += chars;
        for (const roomId of rooms) {
          const numbers = this.#groupsOf.get(roomId);
          if (numbers === undefined) this.#groupsOf.set(roomId, new Set([number]));
          else numbers.add(number);
        }
      }
      this.#plan();
    };
  }

  /** All that is in groups of a room is in its own log, or of no use any more. */
  settled(roomId: number): void {
    for (const number of this.#groupsOf.get(roomId) ?? []) {
      const group = this.#stored.get(number);
      group?.rooms.delete(roomId);
      if (group?.rooms.size !== 0) continue;
      this.#stored.delete(number);
      this.#empty.push(group.key);
    }
    this.#groupsOf.delete(roomId);
    this.#moving.delete(roomId);
    if (this.#groupsOf.size === 0) this.#chars = 0;
  }

  /**
   * Deletes groups without parts, at most `limit`.
   *
   * @returns what is to be called once that is stored
   */
  clear(atomic: Deno.AtomicOperation, limit: number): () => void {
    const cleared = this.#empty.slice(0, limit);
    for (const key of cleared) atomic.delete(key);
    return () => void (this.#empty = this.#empty.slice(cleared.length));
  }

  /** A room's parts, or all, are to move now. */
  expedite(roomId?: number): void {
    this.#resting = false;
    if (roomId !== undefined) {
      this.#moving.add(roomId);
    } else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#chars = 0;
      for (const each of this.#groupsOf.keys()) this.#moving.add(each);
    }
    if (this.due) this.onDue();
  }

  /** The journal can't write: it is tried again behind what is stored next. */
  rest(): void {
    this.#resting = true;
    this.#moving.clear();
  }

  #plan(): void {
    if (this.#groupsOf.size === 0) return;
    if (this.#chars > SETTLE_CHARS) this.expedite();
    else this.#timer ??= setTimeout(() => this.expedite(), SETTLE_MS);
  }
}

/** Which events a group holds, for the case that its value is damaged. */
export function contentsOf(events: readonly LogEvent[]): string {
  const parts: string[] = [];
  for (let start = 0; start < events.length;) {
    const { seq, frame: { roomId } } = events[start] as LogEvent;
    let end = start + 1;
    while (events[end]?.frame.roomId === roomId) end++;
    parts.push(`${roomId}:${seq}+${end - start}`);
    start = end;
  }
  return parts.join(" ");
}

/** What {@link contentsOf} says. */
export function readContents(contents: string): { roomId: number; first: number; count: number }[] {
  return contents.split(" ").map((part) => {
    const [roomId = NaN, first = NaN, count = NaN] = part.split(/[:+]/).map(Number);
    return { roomId, first, count };
  });
}

/** The events of each value: whole parts as long as they fit. */
function valuesOf(parts: readonly Part[]): (readonly LogEvent[])[] {
  const values: (readonly LogEvent[])[] = [];
  for (let start = 0; start < parts.length; start += MAX_PARTS) {
    const entries = pack(parts.slice(start, start + MAX_PARTS).flat());
    values.push(...entries.map(({ events }) => events));
  }
  return values;
}
