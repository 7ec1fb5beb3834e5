/** A room's log as the journal knows it in memory, and what changes of it add to a commit. */
import type { LogEvent } from "../protocol/event.ts";
import { pack, seal } from "./entry.ts";
import type { Entry, LogState } from "./journal.ts";
import * as keys from "./keys.ts";
import { deletedBy, scrub } from "./scrub.ts";
import type { SpentIds } from "./spent_ids.ts";
import { stateRecord } from "./stored_log.ts";

/** The events of a stored entry. */
export type Events = readonly LogEvent[];

/** What is taken off the old end of a log. */
export interface Cut {
  /** All up to here is in the archive. */
  readonly archived: number;
  readonly entries: readonly Events[];
}

/**
 * Its newest events may be in groups only (see `groups.ts`); all before them are in entries of its
 * own. What adds to a commit returns what is to be called once that is stored.
 */
export class OpenLog {
  head: number;
  /** Oldest first. */
  readonly entries: Events[] = [];
  /** False until the first event is stored. */
  #stored: boolean;
  /** Whether the marker of not archived events is set. */
  #marked: boolean;
  #archived: number;
  #groupedFrom = Infinity;
  #groupedChars = 0;

  constructor(
    private readonly roomId: number,
    private readonly start: LogState,
    /** The txnIds of trimmed events. */
    readonly spent: SpentIds,
    stored: { readonly entries: readonly Events[]; readonly marked: boolean } | undefined,
  ) {
    this.head = start.head;
    this.#archived = start.archived;
    this.entries.push(...stored?.entries ?? []);
    this.#stored = stored !== undefined;
    this.#marked = stored?.marked ?? false;
  }

  /** Whether all of it is archived, and in entries of its own. */
  get settled(): boolean {
    return !this.#marked && !this.grouped;
  }

  /** Whether some of it is in groups only. */
  get grouped(): boolean {
    return this.#groupedFrom !== Infinity;
  }

  /** How much JSON is in groups only, in characters. */
  get groupedChars(): number {
    return this.#groupedChars;
  }

  /** How many mutations of a commit it takes at most to add so many entries. */
  mutationsOf(entries: number): number {
    return entries + (this.#stored ? 0 : 1) + (this.#marked ? 0 : 1);
  }

  /** Adds events behind its head, which a group stores or, if not, entries of its own. */
  add(atomic: Deno.AtomicOperation, entries: readonly Entry[], inGroup: boolean): () => Events[] {
    if (!inGroup) this.#set(atomic, entries);
    if (!this.#stored) atomic.set(keys.roomLog(this.roomId), this.#record(this.#archived));
    return () => {
      this.#stored = true;
      const added = entries.map(({ events }) => events);
      if (inGroup) {
        if (!this.grouped) this.#groupedFrom = added[0]?.[0]?.seq ?? Infinity;
        for (const { text } of entries) this.#groupedChars += text.length;
      } else {
        this.#marked = true;
      }
      this.entries.push(...added);
      this.head = added.at(-1)?.at(-1)?.seq ?? this.head;
      // What is in groups gets into its entries without these texts.
      return scrub(this.entries, deletedBy(added)).filter((entry) => !this.#isGrouped(entry));
    };
  }

  /** Moves what is in groups only into entries of its own. */
  settle(atomic: Deno.AtomicOperation): () => void {
    const own = this.entries.filter((entry) => !this.#isGrouped(entry)).length;
    const moving = pack(this.entries.slice(own).flat());
    this.#set(atomic, moving);
    return () => {
      this.entries.splice(own, Infinity, ...moving.map(({ events }) => events));
      this.#marked = true;
      this.#groupedFrom = Infinity;
      this.#groupedChars = 0;
    };
  }

  /** The entries that lie wholly at or below `upTo`. */
  upTo(upTo: number): Events[] {
    return this.entries.filter((entry) => (entry.at(-1)?.seq ?? 0) <= upTo);
  }

  /** Takes entries off its old end. `growing` says whether the same commit adds events to it. */
  cut(atomic: Deno.AtomicOperation, { archived, entries }: Cut, growing: boolean): () => void {
    for (const [first] of entries) {
      if (first !== undefined) atomic.delete(keys.entry(this.roomId, first.seq));
    }
    const spent = this.spent.spend(atomic, entries);
    atomic.set(keys.roomLog(this.roomId), this.#record(archived));
    const clean = archived >= this.head && !growing;
    if (clean) atomic.delete(keys.unarchivedRoom(this.roomId));
    return () => {
      this.#archived = archived;
      this.entries.splice(0, entries.length);
      spent();
      if (clean) this.#marked = false;
    };
  }

  #set(atomic: Deno.AtomicOperation, entries: readonly Entry[]): void {
    for (const entry of entries) {
      const [first] = entry.events;
      if (first !== undefined) atomic.set(keys.entry(this.roomId, first.seq), seal(entry));
    }
    if (!this.#marked) atomic.set(keys.unarchivedRoom(this.roomId), true);
  }

  #isGrouped([first]: Events): boolean {
    return (first?.seq ?? 0) >= this.#groupedFrom;
  }

  #record(archived: number) {
    const { epoch, inherited } = this.start;
    return stateRecord({ epoch, archived, inherited });
  }
}
