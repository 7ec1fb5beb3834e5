/** A journal in Deno KV, with group commit. */
import type { Log } from "../log.ts";
import { reason } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { LogEvent, Receipt } from "../protocol/event.ts";
import { entryOf, pack, seal } from "./entry.ts";
import {
  type ArchivedLog,
  type Entry,
  type Journal,
  type LogState,
  type LogWriter,
} from "./journal.ts";
import * as keys from "./keys.ts";
import { deletedBy, scrub } from "./scrub.ts";
import { SpentIds } from "./spent_ids.ts";
import { readHead, readLog, stateRecord } from "./stored_log.ts";

// One atomic of Deno KV takes 1,000 mutations and 819,200 bytes; a character is at most 3 bytes, and
// what a trim files of an event at most 300.
const MAX_GROUP_CHARS = 220_000;
const MAX_GROUP_MUTATIONS = 600;
const MAX_TRIM_MUTATIONS = 350;

/** A log as far as the journal must know it. */
interface OpenLog {
  readonly epoch: string;
  readonly inherited: number;
  head: number;
  archived: number;
  /** The events of each stored entry, oldest first. */
  readonly entries: (readonly LogEvent[])[];
  /** The txnIds of trimmed events. */
  readonly spent: SpentIds;
  /** False until the first event is stored. */
  stored: boolean;
  /** Whether the marker of not archived events is set. */
  marked: boolean;
}

/** A writer's part of a group. */
interface Part {
  readonly writer: LogWriter;
  readonly entries: readonly Entry[];
}

/** What is taken off the old end of a log. */
interface Cut {
  readonly writer: LogWriter;
  readonly archived: number;
  readonly upTo: number;
  readonly entries: readonly (readonly LogEvent[])[];
}

/** The promises are those of {@link Journal}; durable means that SQLite's log file is fsynced. */
export class KvJournal implements Journal {
  readonly #logs = new Map<number, OpenLog>();
  readonly #writers = new Set<LogWriter>();
  readonly #trims = new Map<LogWriter, { archived: number; upTo: number }>();
  #trimsDue = false;
  /** Entries that lost texts of deleted messages, which are stored as they were yet. */
  readonly #rewrites: (readonly LogEvent[])[] = [];
  #rewritesDue = false;
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
  ) {}

  async load(
    roomId: number,
    archivedLog: ArchivedLog,
  ): Promise<{ state: LogState; events: readonly LogEvent[] } | undefined> {
    const stored = await readLog(this.kv, this.log, roomId, archivedLog);
    if (stored === undefined) return undefined;
    const { state, events, entries, rewrites, marked } = stored;
    const spent = new SpentIds(this.kv, roomId);
    this.#logs.set(roomId, { ...state, entries, spent, stored: true, marked });
    this.#rewrite(rewrites);
    this.#start();
    return { state, events };
  }

  head(roomId: number): Promise<number> {
    return readHead(this.kv, roomId);
  }

  drop(roomId: number): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#drops.push({ roomId, done });
    this.#start();
    return done.promise;
  }

  create(roomId: number, state: LogState): void {
    const spent = new SpentIds(this.kv, roomId);
    this.#logs.set(roomId, { ...state, entries: [], spent, stored: false, marked: false });
  }

  unload(writer: LogWriter): boolean {
    const log = this.#logs.get(writer.roomId);
    if (this.#running || this.#trims.has(writer) || log?.marked) return false;
    return this.#logs.delete(writer.roomId);
  }

  schedule(writer: LogWriter): void {
    this.#writers.add(writer);
    this.#start();
  }

  trim(writer: LogWriter, archived: number, upTo: number): void {
    this.#trims.set(writer, { archived, upTo });
    this.#trimsDue = true;
    this.#start();
  }

  async unarchived(): Promise<number[]> {
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
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
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
      const cuts = this.#trimsDue ? await this.#takeCuts() : [];
      const parts = this.#formGroup();
      if (this.#rewritesDue) await this.#storeRewrites();
      if (parts.length === 0 && cuts.length === 0) continue;
      const start = performance.now();
      try {
        await this.#commit(parts, cuts);
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
    return this.#writers.size > 0 || this.#trimsDue || this.#rewritesDue || this.#drops.length > 0;
  }

  #rewrite(entries: readonly (readonly LogEvent[])[]): void {
    this.#rewrites.push(...entries);
    this.#rewritesDue = this.#rewrites.length > 0;
  }

  /** Stores entries anew that lost a text. What a crash leaves undone, `load` finds again. */
  async #storeRewrites(): Promise<void> {
    this.#rewritesDue = false;
    for (let events; (events = this.#rewrites[0]) !== undefined; this.#rewrites.shift()) {
      const [first] = events;
      // Trimmed meanwhile, or rewritten once more.
      const { entries } = this.#logs.get(first?.frame.roomId ?? 0) ?? {};
      if (first === undefined || !entries?.includes(events)) continue;
      try {
        await this.kv.set(keys.entry(first.frame.roomId, first.seq), seal(entryOf(events)));
      } catch (error) {
        this.log.error(
          "the journal cannot take out the text of a deleted message: tried again later",
          {
            roomId: first.frame.roomId,
            reason: reason(error),
          },
        );
        return;
      }
    }
  }

  async #drop(roomId: number): Promise<void> {
    this.#logs.delete(roomId);
    for (const waiting of [this.#writers, this.#trims]) {
      for (const writer of waiting.keys()) if (writer.roomId === roomId) waiting.delete(writer);
    }
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
      mutations -= entries.length + 2;
      parts.push({ writer, entries });
    }
    // Those with more than fitted go behind those whose turn did not come yet.
    for (const { writer } of parts) if (writer.waiting) this.#writers.add(writer);
    return parts;
  }

  /** Takes as many entries off the old ends as one commit should carry. */
  async #takeCuts(): Promise<Cut[]> {
    const cuts: Cut[] = [];
    let mutations = MAX_TRIM_MUTATIONS;
    for (const [writer, { archived, upTo }] of this.#trims) {
      if (mutations <= 0) break;
      const log = this.#open(writer.roomId);
      const archivable = log.entries.filter((entry) => (entry.at(-1)?.seq ?? 0) <= upTo);
      const entries = archivable.filter((entry) => (mutations -= entry.length + 1) > 0);
      mutations -= 2;
      cuts.push({ writer, archived, upTo, entries });
      if (entries.length === archivable.length) this.#trims.delete(writer);
    }
    this.#trimsDue = this.#trims.size > 0;
    for (const { writer, entries } of cuts) await this.#open(writer.roomId).spent.prepare(entries);
    return cuts;
  }

  #fail(parts: readonly Part[], cuts: readonly Cut[], error: unknown): void {
    this.log.error("the journal cannot write: senders are told to try again; check its disk", {
      reason: reason(error),
    });
    for (const { writer, archived, upTo } of cuts) {
      if (!this.#trims.has(writer)) this.#trims.set(writer, { archived, upTo });
    }
    this.#trimsDue = false;
    for (const { writer } of parts) writer.failed(error);
  }

  async #commit(parts: readonly Part[], cuts: readonly Cut[]): Promise<void> {
    const atomic = this.kv.atomic();
    // What brings the open logs up to date, once all is stored.
    const applied: (() => void)[] = [];
    for (const part of parts) applied.push(this.#addPart(atomic, part));
    for (const cut of cuts) applied.push(this.#addCut(atomic, cut, parts));
    const result = await atomic.commit();
    if (!result.ok) throw new Error("the commit was refused");
    for (const apply of applied) apply();
  }

  #addPart(atomic: Deno.AtomicOperation, { writer: { roomId }, entries }: Part): () => void {
    const log = this.#open(roomId);
    for (const entry of entries) {
      const [first] = entry.events;
      if (first !== undefined) atomic.set(keys.entry(roomId, first.seq), seal(entry));
    }
    if (!log.stored) {
      const { epoch, archived, inherited } = log;
      atomic.set(keys.roomLog(roomId), stateRecord({ epoch, archived, inherited }));
    }
    if (!log.marked) atomic.set(keys.unarchivedRoom(roomId), true);
    return () => {
      log.stored = true;
      log.marked = true;
      const added = entries.map(({ events }) => events);
      log.entries.push(...added);
      this.#rewrite(scrub(log.entries, deletedBy(added)));
      log.head = entries.at(-1)?.events.at(-1)?.seq ?? log.head;
    };
  }

  #addCut(atomic: Deno.AtomicOperation, cut: Cut, parts: readonly Part[]): () => void {
    const { writer: { roomId }, archived, entries } = cut;
    const log = this.#open(roomId);
    for (const [first] of entries) {
      if (first !== undefined) atomic.delete(keys.entry(roomId, first.seq));
    }
    const spent = log.spent.spend(atomic, entries);
    const { epoch, inherited } = log;
    atomic.set(keys.roomLog(roomId), stateRecord({ epoch, archived, inherited }));
    const clean = archived >= log.head && !parts.some(({ writer }) => writer.roomId === roomId);
    if (clean) atomic.delete(keys.unarchivedRoom(roomId));
    return () => {
      log.archived = archived;
      log.entries.splice(0, entries.length);
      spent();
      if (clean) log.marked = false;
    };
  }

  #open(roomId: number): OpenLog {
    const log = this.#logs.get(roomId);
    if (log === undefined) throw new Error(`the log of room ${roomId} is not open`);
    return log;
  }
}
