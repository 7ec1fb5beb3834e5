/**
 * The journal: the write-ahead log of every room, and the cache of its recent events.
 * An event is heard of by nobody before the journal holds it on disk.
 */
import type { LogEvent, Receipt } from "../protocol/event.ts";

/** Consecutive events of one room that one commit stored together. */
export interface Entry {
  readonly events: readonly LogEvent[];
  /** The JSON array of the events' frames: what is stored, and what batch clients are sent. */
  readonly text: string;
  /** `text` in UTF-8. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is known of a room's log when it is opened. */
export interface LogState {
  /** Names this log; a log that is made anew gets another name. */
  readonly epoch: string;
  /** The highest `seq`; 0 for a log without events. */
  readonly head: number;
  /** Every event up to here is in the archive. */
  readonly archived: number;
  /**
   * Events up to here were never in this journal: the log was made anew behind what the archive
   * had. 0 for a log that began here.
   */
  readonly inherited: number;
}

/** How far the archive has which log of a room; undefined when it has none. */
export type ArchivedLog = () => Promise<{ epoch: string; archived: number } | undefined>;

/** The single writer of a room's log, as the journal sees it. */
export interface LogWriter {
  readonly roomId: number;
  /** True while there is something to prepare. */
  readonly waiting: boolean;
  /**
   * Numbers what waits, in order, from `head + 1`, and hands over about `maxChars` of JSON of it.
   * Each call that gave events is followed by `committed` or `failed` before the next.
   */
  prepare(maxChars: number): LogEvent[];
  /** All that the last `prepare` gave is on disk. */
  committed(entries: readonly Entry[]): void;
  /** Nothing that the last `prepare` gave is stored, and its numbers are free again. */
  failed(error: unknown): void;
  /** Archived events up to `last` are no longer in the journal. */
  trimmed(last: number): void;
}

/**
 * What any journal promises.
 *
 * - **Durable**: `committed` is called only after the events would survive a power loss.
 * - **Grouped**: one commit at a time; all that waits meanwhile, of all rooms, is the next.
 * - **All or nothing**: a group's commit stores every event of it or none.
 * - **No holes**: a writer is asked for numbers only when the fate of its last ones is known.
 */
export interface Journal {
  /**
   * The log of a room with its newest events that are here, or undefined when it has none. Entries
   * that are damaged are reported and set aside: what the archive has is left to it, a notice stands
   * in the place of what is lost, and all else keeps its number.
   *
   * Rejects when something is damaged and the archive can't be asked.
   */
  load(
    roomId: number,
    archivedLog: ArchivedLog,
  ): Promise<{ state: LogState; events: readonly LogEvent[] } | undefined>;
  /** The highest `seq` of a room's log; 0 for a log without events. Cheaper than `load`. */
  head(roomId: number): Promise<number>;
  /**
   * Lets go of a log for good: its room is no more, or the archive goes further than it, so it is
   * an older copy. What its writer still asks for is forgotten, too.
   */
  drop(roomId: number): Promise<void>;
  /** Starts the log of a room that `load` did not know. It is stored with its first event. */
  create(roomId: number, state: LogState): void;
  /**
   * Forgets what it holds in memory of a log, which `load` brings back.
   * False, and nothing forgotten, while something of it is waiting, in flight or not archived.
   */
  unload(writer: LogWriter): boolean;
  /** Asks for the writer's events to be in the next group. */
  schedule(writer: LogWriter): void;
  /**
   * Says that all up to `archived` is in the archive. Entries that lie wholly at or below `upTo`
   * (at most `archived`) go, but their `txnId`s are remembered. Rides along with a group's commit;
   * when that fails, with the first one after the next call.
   */
  trim(writer: LogWriter, archived: number, upTo: number): void;
  /** Rooms whose log held events that were not archived when last seen. */
  unarchived(): Promise<number[]>;
  /**
   * The greatest time-ordered `txnId` among the user's trimmed events of a room; "" when there is
   * none. A greater one was never trimmed, so it is either in memory or new.
   * A string when it is known already: the path of most messages has no time to wait.
   */
  greatestTxn(roomId: number, userId: string): string | Promise<string>;
  /**
   * True when no trimmed event of the user in the room had that opaque (not time-ordered) `txnId`;
   * false when that is not known: then `receipt` must be asked.
   */
  isUnused(roomId: number, userId: string, txnId: string): boolean;
  /** The receipt of a trimmed event that had an opaque `txnId`. */
  receipt(roomId: number, userId: string, txnId: string): Promise<Receipt | undefined>;
  /** Waits until nothing is waiting or in flight. */
  idle(): Promise<void>;
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Whether ids like this one grow with time (UUIDv7, RFC 9562 §5.7, in lower case),
 * so that one that is greater than all before it must be new.
 */
export function isTimeOrdered(txnId: string): boolean {
  return UUID_V7.test(txnId);
}
