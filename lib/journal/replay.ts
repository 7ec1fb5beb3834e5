/** Recovery of groups: what a stop left in them moves into the logs that it belongs to. */
import { type Log, reason } from "../log.ts";
import type { LogEvent } from "../protocol/event.ts";
import { pack, seal, spoilt, unseal } from "./entry.ts";
import { readContents } from "./groups.ts";
import * as keys from "./keys.ts";
import { readHead } from "./stored_log.ts";

/** One atomic of Deno KV takes 1,000 mutations and 819,200 bytes; an entry has at most 65,536. */
const MAX_SETS = 12;
const MAX_DELETES = 500;
/** What several rooms may store in one atomic: a commit for each would make a long start. */
const MAX_SHARED_SETS = 300;
const MAX_SHARED_BYTES = 500_000;

/** What groups hold of one room. */
interface Held {
  readonly events: LogEvent[];
  /** What stood in groups that can't be read. */
  readonly lost: { readonly first: number; readonly count: number }[];
}

/** What groups hold and a room's own log lacks. */
interface Lack {
  readonly roomId: number;
  readonly values: readonly { readonly first: number; readonly value: Uint8Array }[];
}

/**
 * Moves all that is in groups into its logs. Doing it again changes nothing. A damaged group is set
 * aside; in the logs damaged entries stand in its place, and are treated like others of that kind.
 */
export async function replay(kv: Deno.Kv, log: Log): Promise<void> {
  const groups: Deno.KvKey[] = [];
  const rooms = new Map<number, Held>();
  const heldOf = (roomId: number): Held => {
    const held = rooms.get(roomId) ?? { events: [], lost: [] };
    rooms.set(roomId, held);
    return held;
  };
  for await (const { key, value } of kv.list<Uint8Array>({ prefix: keys.groups })) {
    groups.push(key);
    try {
      for (const event of unseal(value)) heldOf(event.frame.roomId).events.push(event);
    } catch {
      log.error("a part of the journal was damaged, and is set aside; see docs/operations.md");
      await kv.set(keys.damagedGroup(Number(key[1])), value);
      for (const { roomId, ...lost } of readContents(String(key[2]))) {
        heldOf(roomId).lost.push(lost);
      }
    }
  }
  const unreadable = new Set<number>();
  const fail = (roomId: number, error: unknown) => {
    unreadable.add(roomId);
    log.error("the journal of a room can't be read: nobody can enter it", {
      roomId,
      reason: reason(error),
    });
  };
  let shared: Lack[] = [];
  const storeShared = async () => {
    if (shared.length === 0) return;
    const lacks = shared;
    shared = [];
    await store(kv, lacks).catch((error) => {
      for (const { roomId } of lacks) fail(roomId, error);
    });
  };
  for (const [roomId, held] of rooms) {
    try {
      const lack = { roomId, values: await lackOf(kv, roomId, held) };
      if (!fits([lack])) await storeAlone(kv, lack);
      else {
        if (!fits([...shared, lack])) await storeShared();
        shared.push(lack);
      }
    } catch (error) {
      fail(roomId, error);
    }
  }
  await storeShared();
  const done = groups.filter((key) =>
    !readContents(String(key[2])).some(({ roomId }) => unreadable.has(roomId))
  );
  for (let start = 0; start < done.length; start += MAX_DELETES) {
    const atomic = kv.atomic();
    for (const key of done.slice(start, start + MAX_DELETES)) atomic.delete(key);
    await atomic.commit();
  }
}

/** What a room's own log lacks, oldest first. */
async function lackOf(
  kv: Deno.Kv,
  roomId: number,
  { events, lost }: Held,
): Promise<Lack["values"]> {
  // A log without a record belongs to a room that is no more.
  if ((await kv.get(keys.roomLog(roomId))).value === null) return [];
  const head = await readHead(kv, roomId);
  const news = events.filter(({ seq }) => seq > head).sort((a, b) => a.seq - b.seq);
  const values = runsOf(news).flatMap(pack).map((entry) => ({
    first: entry.events[0]?.seq ?? 0,
    value: seal(entry),
  }));
  for (const { first, count } of lost) {
    if (first > head) values.push({ first, value: spoilt(count) });
  }
  return values;
}

/** Whether one atomic takes them all. */
function fits(lacks: readonly Lack[]): boolean {
  const values = lacks.flatMap(({ values }) => values);
  return values.length <= MAX_SHARED_SETS &&
    values.reduce((sum, { value }) => sum + value.byteLength, 0) <= MAX_SHARED_BYTES;
}

/** Stores more than one atomic takes: in order, so that a log never has a hole. */
async function storeAlone(kv: Deno.Kv, { roomId, values }: Lack): Promise<void> {
  for (let start = 0; start < values.length; start += MAX_SETS) {
    await store(kv, [{ roomId, values: values.slice(start, start + MAX_SETS) }]);
  }
}

/** Stores all or nothing. */
async function store(kv: Deno.Kv, lacks: readonly Lack[]): Promise<void> {
  const atomic = kv.atomic();
  for (const { roomId, values } of lacks) {
    if (values.length > 0) atomic.set(keys.unarchivedRoom(roomId), true);
    for (const { first, value } of values) atomic.set(keys.entry(roomId, first), value);
  }
  await atomic.commit();
}

/** Consecutive events, piece by piece. */
function runsOf(events: readonly LogEvent[]): LogEvent[][] {
  const runs: LogEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run?.at(-1)?.seq === event.seq - 1) run.push(event);
    else runs.push([event]);
  }
  return runs;
}
