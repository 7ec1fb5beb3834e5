/** A journal in Deno KV, with group commit. */
import type { Log } from "../log.ts";
import { reason } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { LogEvent, Receipt } from "../protocol/event.ts";
import { pack } from "./entry.ts";
import { Groups } from "./groups.ts";
import {
  type ArchivedLog,
  type Entry,
  type Journal,
  type LogState,
  type LogWriter,
} from "./journal.ts";
import * as keys from "./keys.ts";
import { type Cut, OpenLog } from "./open_log.ts";
import { replay } from "./replay.ts";
import { Rewrites } from "./rewrites.ts";
import { SpentIds } from "./spent_ids.ts";
import { readHead, readLog } from "./stored_log.ts";
import { Trims, type Watermarks } from "./trims.ts";

// One atomic of Deno KV takes 1,000 mutations and 819,200 bytes; a character is at most 3 bytes, and
// what a trim files of an event at most 300.
const MAX_GROUP_CHARS = 200_000;
const MAX_GROUP_MUTATIONS = 600;
const MAX_TRIM_MUTATIONS = 350;
/** From so many rooms on a commit stores small parts as a group, … */
const GROUP_PARTS = 4;
/** … which have at most this much JSON each, in characters. */
const SMALL_PART_CHARS = 4000;
/** When a room has this much JSON in groups, it moves into the room's own log. */
const MAX_GROUPED_CHARS = 20_000;
/** Characters that move beside a group in one commit, about, and rooms that they are of. */
const MAX_MOVE_CHARS = 30_000;
const MAX_MOVE_ROOMS = 100;
/** Groups that one commit deletes. */
const MAX_CLEARED_GROUPS = 40;

/** A writer's part of a group. */
interface Part {
  readonly writer: LogWriter;
  readonly entries: readonly Entry[];
}

/** A cut of a writer's log. */
interface WriterCut extends Cut, Watermarks {
  readonly writer: LogWriter;
}

/** The promises are those of {@link Journal}; durable means that SQLite's log file is fsynced. */
export class KvJournal implements Journal {
  readonly #logs = new Map<number, OpenLog>();
  readonly #writers = new Set<LogWriter>();
  readonly #trims = new Trims(() => this.#start());
  readonly #groups = new Groups(() => this.#start());
  #replaying: Promise<void> | undefined;
  readonly #rewrites: Rewrites;
  /** Logs that shall go, between two commits. */
  #drops: { readonly roomId: number; readonly done: PromiseWithResolvers<void> }[] = [];
  #running = false;
  #whenIdle: (() => void)[] = [];

  constructor(
    private readonly kv: Deno.Kv,
    private readonly metrics: Metrics,
    private readonly log: Log,
    /** Awaited between two commits that follow each other: when the next group had better form. */
    private readonly pace: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#rewrites = new Rewrites(kv, log);
  }

  /** How many events it holds of the logs that are open. */
  get size(): number {
    let size = 0;
    for (const { entries } of this.#logs.values()) {
      for (const events of entries) size += events.length;
    }
    return size;
  }

  async load(
    roomId: number,
    archivedLog: ArchivedLog,
  ): Promise<{ state: LogState; events: readonly LogEvent[] } | undefined> {
    await this.#replayed();
    const stored = await readLog(this.kv, this.log, roomId, archivedLog);
    if (stored === undefined) return undefined;
    const { state, events, rewrites } = stored;
    const spent = new SpentIds(this.kv, roomId, false);
    this.#logs.set(roomId, new OpenLog(roomId, state, spent, stored));
    this.#rewrites.add(rewrites);
    this.#start();
    return { state, events };
  }

  async head(roomId: number): Promise<number> {
    await this.#replayed();
    return this.#logs.get(roomId)?.head ?? await readHead(this.kv, roomId);
  }

  drop(roomId: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#drops.push({ roomId, done });
    this.#start();
    return done.promise;
  }

  create(roomId: number, state: LogState): void {
    const spent = new SpentIds(this.kv, roomId, true);
    this.#logs.set(roomId, new OpenLog(roomId, state, spent, undefined));
  }

  unload(writer: LogWriter): boolean {
    const log = this.#logs.get(writer.roomId);
    if (this.#running || this.#trims.has(writer) || log?.settled === false) return false;
    return this.#logs.delete(writer.roomId);
  }

  schedule(writer: LogWriter): void {
    this.#writers.add(writer);
    this.#start();
  }

  trim(writer: LogWriter, archived: number, upTo: number): void {
    const first = this.#open(writer.roomId).entries[0]?.[0]?.seq ?? upTo + 1;
    this.#trims.note(writer, { archived, upTo }, upTo + 1 - first);
  }

  async unarchived(): Promise<number[]> {
    await this.#replayed();
    const rooms: number[] = [];
    for await (const { key } of this.kv.list({ prefix: keys.unarchived })) {
      rooms.push(Number(key[1]));
    }
    return rooms;
  }

  greatestTxn(roomId: number, userId: string): string | Promise<string> {
    return this.#open(roomId).spent.greatest(userId);
  }

  isUnused(roomId: number, userId: string, txnId: string): boolean {
    return this.#open(roomId).spent.lacks(userId, txnId);
  }

  receipt(roomId: number, userId: string, txnId: string): Promise<Receipt | undefined> {
    return this.#open(roomId).spent.receipt(userId, txnId);
  }

  idle(): Promise<void> {
    this.#trims.expedite();
    this.#groups.expedite();
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Nothing is read before all that a stop left in groups is where it belongs. */
  #replayed(): Promise<void> {
    this.#replaying ??= replay(this.kv, this.log).catch((error) => {
      this.#replaying = undefined;
      throw error;
    });
    return this.#replaying;
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#run();
  }

  async #run(): Promise<void> {
    while (this.#hasWork) {
      for (const { roomId, done } of this.#drops.splice(0)) {
        await this.#drop(roomId).then(done.resolve, done.reject);
      }
      const cuts = this.#trims.due ? await this.#takeCuts() : [];
      const parts = this.#formGroup();
      if (this.#rewrites.due) {
        await this.#rewrites.store((roomId) => this.#logs.get(roomId)?.entries);
      }
      const moves = cuts.length === 0 ? this.#takeMoves(MAX_MOVE_CHARS) : [];
      if (parts.length === 0 && cuts.length === 0 && !this.#groups.due) continue;
      const start = performance.now();
      try {
        await this.#makeRoom(parts);
        await this.#commit(parts, cuts, moves);
      } catch (error) {
        this.#fail(parts, cuts, error);
        continue;
      }
      this.metrics.journalCommit((performance.now() - start) / 1000);
      for (const { writer, entries } of parts) writer.committed(entries);
      for (const { writer, entries } of cuts) {
        const last = entries.at(-1)?.at(-1);
        if (last !== undefined) writer.trimmed(last.seq);
      }
      if (this.#writers.size > 0) await this.pace();
    }
    this.#running = false;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  get #hasWork(): boolean {
    return this.#writers.size > 0 || this.#trims.due || this.#groups.due || this.#rewrites.due ||
      this.#drops.length > 0;
  }

  async #drop(roomId: number): Promise<void> {
    this.#logs.delete(roomId);
    for (const writer of this.#writers) {
      if (writer.roomId === roomId) this.#writers.delete(writer);
    }
    this.#trims.forget(roomId);
    this.#groups.settled(roomId);
    for await (const { key } of this.kv.list({ prefix: keys.entries(roomId) })) {
      await this.kv.delete(key);
    }
    await this.kv.atomic()
      .delete(keys.roomLog(roomId))
      .delete(keys.unarchivedRoom(roomId))
      .commit();
  }

  /** Takes what fits from the writers, in the order in which they asked. */
  #formGroup(): Part[] {
    const parts: Part[] = [];
    let chars = MAX_GROUP_CHARS;
    let mutations = MAX_GROUP_MUTATIONS;
    for (const writer of this.#writers) {
      if (chars <= 0 || mutations <= 0) break;
      this.#writers.delete(writer);
      const events = writer.prepare(chars);
      if (events.length === 0) continue;
      const entries = pack(events);
      for (const { text } of entries) chars -= text.length;
      mutations -= this.#open(writer.roomId).mutationsOf(entries.length);
      parts.push({ writer, entries });
    }
    // Those with more than fitted go behind those whose turn did not come yet.
    for (const { writer } of parts) if (writer.waiting) this.#writers.add(writer);
    return parts;
  }

  /** Takes as many entries off the old ends as one commit should carry. */
  async #takeCuts(): Promise<WriterCut[]> {
    const cuts: WriterCut[] = [];
    let mutations = MAX_TRIM_MUTATIONS;
    for (const [writer, { archived, upTo }] of this.#trims) {
      if (mutations <= 0) break;
      const log = this.#open(writer.roomId);
      // Its entries are not where they would be deleted yet.
      if (log.grouped) {
        this.#groups.expedite(writer.roomId);
        continue;
      }
      const archivable = log.upTo(upTo);
      const entries = archivable.filter((entry) => (mutations -= entry.length + 1) > 0);
      mutations -= 2;
      cuts.push({ writer, archived, upTo, entries });
      if (entries.length === archivable.length) this.#trims.delete(writer);
    }
    for (const { writer } of cuts) await this.#open(writer.roomId).spent.prepare();
    return cuts;
  }

  /** Takes rooms whose parts move from groups into their own logs. */
  #takeMoves(maxChars: number): number[] {
    const rooms: number[] = [];
    let chars = maxChars;
    for (const roomId of this.#groups.moving) {
      if (chars <= 0 || rooms.length === MAX_MOVE_ROOMS) break;
      rooms.push(roomId);
      chars -= this.#open(roomId).groupedChars;
    }
    return rooms;
  }

  /** Moves what is in groups of rooms whose new part can't be put behind it. */
  async #makeRoom(parts: readonly Part[]): Promise<void> {
    const rooms = parts.filter((part) => {
      const { grouped, groupedChars } = this.#open(part.writer.roomId);
      return grouped && (groupedChars > MAX_GROUPED_CHARS || !isSmall(part));
    });
    if (rooms.length === 0) return;
    for (const { writer } of rooms) this.#groups.expedite(writer.roomId);
    for (const { writer } of rooms) {
      if (!this.#open(writer.roomId).grouped) continue;
      await this.#commit([], [], this.#takeMoves(MAX_GROUP_CHARS));
    }
  }

  #fail(parts: readonly Part[], cuts: readonly WriterCut[], error: unknown): void {
    this.log.error("the journal cannot write: senders are told to try again; check its disk", {
      reason: reason(error),
    });
    this.#trims.postpone(cuts);
    this.#groups.rest();
    for (const { writer } of parts) writer.failed(error);
  }

  async #commit(
    parts: readonly Part[],
    cuts: readonly WriterCut[],
    moves: readonly number[],
  ): Promise<void> {
    const atomic = this.kv.atomic();
    const together = parts.filter((part) => this.#isGrouped(part, parts.length));
    // What brings the open logs up to date, once all is stored.
    const applied = [
      this.#groups.clear(atomic, MAX_CLEARED_GROUPS),
      ...moves.map((roomId) => this.#addMove(atomic, roomId)),
      this.#groups.put(
        atomic,
        together.map(({ entries }) => entries.flatMap(({ events }) => events)),
      ),
      ...parts.map((part) => this.#addPart(atomic, part, together.includes(part))),
      ...cuts.map((cut) => this.#addCut(atomic, cut, parts)),
    ];
    const result = await atomic.commit();
    if (!result.ok) throw new Error("the commit was refused");
    for (const apply of applied) apply();
  }

  /** Behind what is in groups comes nothing that is not. */
  #isGrouped(part: Part, parts: number): boolean {
    if (this.#open(part.writer.roomId).grouped) return true;
    return parts >= GROUP_PARTS && isSmall(part);
  }

  #addPart(atomic: Deno.AtomicOperation, { writer, entries }: Part, inGroup: boolean): () => void {
    const added = this.#open(writer.roomId).add(atomic, entries, inGroup);
    return () => this.#rewrites.add(added());
  }

  #addMove(atomic: Deno.AtomicOperation, roomId: number): () => void {
    const moved = this.#open(roomId).settle(atomic);
    return () => {
      moved();
      this.#groups.settled(roomId);
    };
  }

  #addCut(atomic: Deno.AtomicOperation, cut: WriterCut, parts: readonly Part[]): () => void {
    const growing = parts.some(({ writer }) => writer === cut.writer);
    return this.#open(cut.writer.roomId).cut(atomic, cut, growing);
  }

  #open(roomId: number): OpenLog {
    const log = this.#logs.get(roomId);
    if (log === undefined) throw new Error(`the log of room ${roomId} is not open`);
    return log;
  }
}

/** Whether a part is worth being stored with others. */
function isSmall({ entries }: Part): boolean {
  return entries.length === 1 && (entries[0]?.text.length ?? 0) <= SMALL_PART_CHARS;
}
