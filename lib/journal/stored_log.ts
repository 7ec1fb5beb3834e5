/** A room's log as it comes back from Deno KV, mended where its file was damaged. */
import { crc32 } from "node:zlib";
import type { Log } from "../log.ts";
import type { LogEvent } from "../protocol/event.ts";
import { pack, seal } from "./entry.ts";
import type { ArchivedLog, LogState } from "./journal.ts";
import * as keys from "./keys.ts";
import { deletedBy, scrub } from "./scrub.ts";
import { gapsOf, isSound, notices, type Range, readStored, type StoredEntry } from "./mend.ts";

/** What the journal keeps of a log beside its entries. */
type StoredState = Omit<LogState, "head">;

/** The same with the CRC-32 of it; logs from before there were checksums have none. */
interface StateRecord extends StoredState {
  readonly crc?: number;
}

/** The record of a log's state, as it is stored. */
export function stateRecord({ epoch, archived, inherited }: StoredState): StateRecord {
  return { epoch, archived, inherited, crc: crc32(`${epoch} ${archived} ${inherited}`) };
}

/** A log that was read. */
export interface StoredLog {
  readonly state: LogState;
  /** The events of each stored entry, oldest first; numbers may be missing that are archived. */
  readonly entries: (readonly LogEvent[])[];
  /** Those of `entries` that are stored with the text of a message that was deleted since. */
  readonly rewrites: readonly (readonly LogEvent[])[];
  /** The events up to the head, without a hole. */
  readonly events: readonly LogEvent[];
  /** Whether it is marked as not archived to its head. */
  readonly marked: boolean;
}

/** Reads a log; undefined when there is none. See `Journal.load` for what is done about damage. */
export async function readLog(
  kv: Deno.Kv,
  log: Log,
  roomId: number,
  archivedLog: ArchivedLog,
): Promise<StoredLog | undefined> {
  let state = await readState(kv, roomId);
  if (state === undefined) return undefined;
  let found = await readEntries(kv, roomId);
  const gaps = gapsOf(found, state.archived);
  if (gaps.length > 0 || !found.every(isSound)) {
    await mend(kv, log, roomId, { state, found, gaps, archivedLog });
    state = await readState(kv, roomId) ?? state;
    found = await readEntries(kv, roomId);
  }
  const entries = found.flatMap(({ events }) => events ? [events] : []);
  const rewrites = scrub(entries, deletedBy(entries));
  const all = entries.flat();
  const head = Math.max(state.archived, all.at(-1)?.seq ?? 0);
  const events = all.filter(({ seq }, index) => head - seq === all.length - 1 - index);
  const marked = (await kv.get(keys.unarchivedRoom(roomId))).value !== null;
  if (marked && head === 0) throw new Error("its entries are gone");
  return { state: { ...state, head }, entries, rewrites, events, marked };
}

/** The highest number of a log, from its newest entry alone. */
export async function readHead(kv: Deno.Kv, roomId: number): Promise<number> {
  const newest = { limit: 1, reverse: true };
  for await (const { key, value } of kv.list({ prefix: keys.entries(roomId) }, newest)) {
    return readStored(roomId, Number(key[2]), value).last;
  }
  return (await readState(kv, roomId))?.archived ?? 0;
}

async function readState(kv: Deno.Kv, roomId: number): Promise<StoredState | undefined> {
  const { value } = await kv.get<StateRecord>(keys.roomLog(roomId));
  if (value === null) return undefined;
  const { crc, ...state } = value;
  if (crc !== undefined && crc !== stateRecord(state).crc) {
    throw new Error("the record of how far the log is archived is damaged");
  }
  return state;
}

async function readEntries(kv: Deno.Kv, roomId: number): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  for await (const { key, value } of kv.list({ prefix: keys.entries(roomId) })) {
    found.push(readStored(roomId, Number(key[2]), value));
  }
  return found.sort((a, b) => a.first - b.first);
}

/** Sets damaged entries aside, and puts notices in the place of what the archive lacks. */
async function mend(
  kv: Deno.Kv,
  log: Log,
  roomId: number,
  { state, found, gaps, archivedLog }: {
    state: StoredState;
    found: readonly StoredEntry[];
    gaps: readonly Range[];
    archivedLog: ArchivedLog;
  },
): Promise<void> {
  const asks = gaps.some(({ last }) => last > state.archived);
  const elsewhere = asks ? await archivedLog() : undefined;
  const archived = elsewhere?.epoch === state.epoch
    ? Math.max(state.archived, elsewhere.archived)
    : state.archived;

  const atomic = kv.atomic();
  for (const entry of found) {
    if (isSound(entry)) continue;
    const { filedAt, first, events } = entry;
    const { value } = await kv.get(keys.entry(roomId, filedAt));
    atomic.set(keys.damaged(roomId, filedAt), value).delete(keys.entry(roomId, filedAt));
    if (events !== undefined) atomic.set(keys.entry(roomId, first), value);
  }
  let covered = 0;
  for (const { first, last } of gaps) {
    const lost = { first: Math.max(first, archived + 1), last };
    if (first <= archived) covered = Math.min(last, archived);
    const before = found.findLast((entry) => entry.events !== undefined && entry.last < first);
    const ts = before?.events?.at(-1)?.facts.ts ?? 0;
    for (const entry of pack(notices(roomId, lost, ts))) {
      atomic.set(keys.entry(roomId, entry.events[0]?.seq ?? first), seal(entry));
    }
    log.error("a part of a room's journal was damaged, and is set aside; see docs/operations.md", {
      roomId,
      from: first,
      to: last,
      lost: Math.max(0, last - lost.first + 1),
    });
  }
  const mended = {
    ...state,
    archived: Math.max(state.archived, covered),
    // The txnIds of what was damaged are known to the archive alone: it must be asked from now on.
    inherited: Math.max(state.inherited, covered),
  };
  atomic.set(keys.roomLog(roomId), stateRecord(mended));
  if (!(await atomic.commit()).ok) throw new Error("the mended log could not be stored");
}
