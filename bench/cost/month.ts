/** From what 1,000 messages use to what a month uses. */
import type { Use } from "./bill.ts";
import type { Counts } from "./counts.ts";
import type { Measured } from "./measure.ts";
import { writeUnits } from "./units.ts";

/** A month's work. */
export interface Month {
  /** People who come, each over one connection. */
  readonly sessions: number;
  /** Messages that each of them sends. */
  readonly events: number;
  /** Sessions in each room. */
  readonly members: number;
  /** Events of each room that stay in Deno KV; all of them: `Infinity`. */
  readonly kept: number;
}

const HOURS = 730;
/** What Deno Deploy bills while one instance is there, in GiB. */
const INSTANCE_GIB = 0.75;
const GIB = 2 ** 30;

/**
 * What a month uses when 1,000 messages use `thousand` and an hour uses `idleHour` anyway. Stored is what is there at its end.
 *
 * @param eventBytes what one event takes in Deno KV
 */
export function useOf(
  { sessions, events, members, kept }: Month,
  { thousand, idleHour }: Measured,
  eventBytes: number,
): Use {
  const messages = sessions * events;
  const inKv = Math.min(messages, sessions / members * kept);
  const used = (count: keyof Counts) => messages / 1000 * thousand[count] + HOURS * idleHour[count];
  return {
    requests: sessions,
    egressGiB: used("frameBytes") / GIB,
    cpuHours: used("cpuMs") / 3_600_000,
    memoryGiBHours: HOURS * INSTANCE_GIB,
    kvGiB: inKv * eventBytes / GIB,
    kvReadUnits: used("kvReadUnits"),
    kvWriteUnits: used("kvWriteUnits"),
    rowsRead: used("rowsRead"),
    rowsWritten: used("rowsWritten"),
    databaseGB: used("databaseBytes") / 1e9,
  };
}

/** Where a design that writes each message for itself writes it. */
export type NaiveStore = "kv" | "libsql";

/**
 * What 1,000 messages use, computed, where each is one write to one store, nothing is batched,
 * indexed, searched or let go, and each member gets a frame a message.
 *
 * @param eventBytes what one event takes in the store
 * @param frameBytes what one event takes in a frame
 * @param cpuMs nobody can compute it: what was measured elsewhere
 */
export function naive(
  store: NaiveStore,
  { members, eventBytes, frameBytes, cpuMs }: {
    readonly members: number;
    readonly eventBytes: number;
    readonly frameBytes: number;
    readonly cpuMs: number;
  },
): Counts {
  const inKv = store === "kv";
  return {
    kvWrites: inKv ? 1000 : 0,
    kvWriteUnits: inKv ? 1000 * writeUnits(eventBytes) : 0,
    kvBytes: inKv ? 1000 * eventBytes : 0,
    kvReadUnits: 0,
    statements: inKv ? 0 : 1000,
    rowsWritten: inKv ? 0 : 1000,
    rowsRead: 0,
    frames: 1000 * members,
    frameBytes: 1000 * members * frameBytes,
    cpuMs,
    databaseBytes: inKv ? 0 : 1000 * eventBytes,
  };
}
