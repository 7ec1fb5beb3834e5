/** What becomes of a log when some of its stored entries can't be read any more. */
import type { LogEvent } from "../protocol/event.ts";
import { lostMessage } from "../protocol/lost_message.ts";
import { storedCount, unseal } from "./entry.ts";

/** Consecutive numbers of a log. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** An entry as the journal's file has it. */
export interface StoredEntry extends Range {
  /** The number that it is filed under: another than its first when that is damaged. */
  readonly filedAt: number;
  /** Undefined when it can't be read. */
  readonly events: readonly LogEvent[] | undefined;
}

/** More numbers than this are not lost by damage here and there: somebody must look at the file. */
const MAX_GAP = 1000;

/** Reads what is filed under a number. Damage is found by the checksum, and by the numbers. */
export function readStored(roomId: number, filedAt: number, value: unknown): StoredEntry {
  try {
    if (!(value instanceof Uint8Array)) throw new Error("not bytes");
    const events = unseal(value);
    const first = events[0]?.seq ?? NaN;
    const whole = events.every(({ seq, frame }, index) =>
      seq === first + index && frame.roomId === roomId
    );
    if (!whole || events.length === 0) throw new Error("not consecutive events of this room");
    return { filedAt, first, last: first + events.length - 1, events };
  } catch {
    const count = value instanceof Uint8Array ? storedCount(value) : 1;
    return { filedAt, first: filedAt, last: filedAt + count - 1, events: undefined };
  }
}

/** Whether an entry is where it belongs, and can be read. */
export function isSound({ filedAt, first, events }: StoredEntry): boolean {
  return events !== undefined && filedAt === first;
}

/**
 * The numbers after `archived` or between entries that no entry gives, oldest first.
 *
 * @throws {Error} when it is more than damage here and there
 */
export function gapsOf(entries: readonly StoredEntry[], archived: number): Range[] {
  const gaps: Range[] = [];
  const start = Math.min(archived + 1, entries[0]?.first ?? archived + 1);
  let next = start;
  const lack = (last: number) => {
    if (last < next) return;
    if (last - next >= MAX_GAP) throw new Error(`the entries ${next} to ${last} are gone`);
    gaps.push({ first: next, last });
  };
  for (const { first, last, events } of entries) {
    if (events === undefined) continue;
    if (first < next) throw new Error(`two entries hold ${first}`);
    lack(first - 1);
    next = last + 1;
  }
  // Behind the last one that can be read: as many as the damaged ones say that they held.
  lack(Math.min(entries.at(-1)?.last ?? 0, next + MAX_GAP - 1));
  return gaps;
}

/** Stands in a log for messages that are lost, so that all others keep their numbers. */
export function notices(roomId: number, { first, last }: Range, ts: number): LogEvent[] {
  const count = Math.max(0, last - first + 1);
  return Array.from({ length: count }, (_, index) => lostMessage(roomId, first + index, ts));
}
