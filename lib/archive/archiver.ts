/** The archiver: carries events from the journal to libSQL, in batches. */
import { DatabaseError } from "../../db/database.ts";
import { type Events, LogConflictError, type RoomBatch } from "../../db/events.ts";
import { type Log, reason } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { LogEvent } from "../protocol/event.ts";

/** Events that one transaction takes at most, … */
const MAX_BATCH = 1000;
/** … and characters of JSON, so that a slow network can carry it in time. */
const MAX_BATCH_CHARS = 4_000_000;
/**
 * A batch that is not full waits this long after the last one, in milliseconds: what a transaction
 * costs beside its events, here and in the trim that follows it, is shared by more of them, and
 * chat has the core meanwhile.
 */
const REST_MS = 100;
/** Above this much waiting JSON (in characters) new events are refused. */
const HIGH_WATER_CHARS = 64 * 1024 * 1024;
/** The longest wait between two tries while libSQL is away, in milliseconds. */
const MAX_RETRY_MS = 30_000;

/** A log that has events for the archive. */
export interface Archivable {
  readonly roomId: number;
  readonly epoch: string;
  /** The oldest events that are not archived, at most `limit`. */
  unarchived(limit: number): LogEvent[];
  /** All up to `seq` is archived, durably. */
  archivedUpTo(seq: number): void;
}

/** A log's part of a batch that is on its way. */
interface Load {
  readonly source: Archivable;
  readonly batch: RoomBatch;
  readonly chars: number;
}

/** What the archiver needs of the rest. */
export interface ArchiverParts {
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: Log;
  /** A batch goes when this many events wait … */
  readonly flushMessages: number;
  /** … or this many milliseconds after the first of them. */
  readonly flushMs: number;
}

/**
 * Batches events of all rooms. An event stays in the journal until the transaction that holds it
 * has returned; applying one again changes nothing. While libSQL is away everything waits.
 */
export class Archiver {
  /** Logs with events that wait, and how much waits; whose turn it is comes first. */
  readonly #sources = new Map<Archivable, { events: number; chars: number }>();
  /** Logs that libSQL refuses; their events stay in the journal. */
  readonly #setAside = new Set<Archivable>();
  #events = 0;
  #chars = 0;
  #timer: { readonly at: number; readonly id: ReturnType<typeof setTimeout> } | undefined;
  #restsUntil = 0;
  #flushing: Promise<void> | undefined;
  #failures = 0;

  constructor(private readonly parts: ArchiverParts) {}

  /** How many events wait. */
  get pending(): number {
    return this.#events;
  }

  /** True while so much waits that new events must be refused. */
  get full(): boolean {
    return this.#chars > HIGH_WATER_CHARS;
  }

  /** True unless the last try failed. */
  get reachable(): boolean {
    return this.#failures === 0;
  }

  /** Says that a log has so many more events, of so much JSON. */
  notify(source: Archivable, events: number, chars: number): void {
    if (this.#setAside.has(source)) return;
    const waiting = this.#sources.get(source);
    this.#sources.set(source, {
      events: (waiting?.events ?? 0) + events,
      chars: (waiting?.chars ?? 0) + chars,
    });
    this.#events += events;
    this.#chars += chars;
    this.#plan();
  }

  /** A log is no more: what waits of it goes nowhere. */
  forget(source: Archivable): void {
    const { events, chars } = this.#sources.get(source) ?? { events: 0, chars: 0 };
    this.#sources.delete(source);
    this.#events -= events;
    this.#chars -= chars;
  }

  /** Archives all that waits, now. Resolves when nothing waits or libSQL did not answer. */
  async flush(): Promise<void> {
    await this.#flushing;
    await this.#start(1);
  }

  /** Plans no more flushes by itself. */
  stop(): void {
    clearTimeout(this.#timer?.id);
  }

  /** A batch goes when enough waits, or some time after its first event, whichever is first. */
  #plan(): void {
    if (this.#flushing !== undefined || this.#failures > 0 || this.#events === 0) return;
    const now = performance.now();
    if (this.#events >= MAX_BATCH) this.#start(MAX_BATCH);
    else if (this.#events < this.parts.flushMessages) this.#startAt(now + this.parts.flushMs);
    else if (now >= this.#restsUntil) this.#start(MAX_BATCH);
    else this.#startAt(this.#restsUntil);
  }

  /** Starts at that time of `performance.now`, unless it is planned for sooner. */
  #startAt(at: number): void {
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    clearTimeout(this.#timer?.id);
    const id = setTimeout(() => this.#start(MAX_BATCH), at - performance.now());
    this.#timer = { at, id };
  }

  /** Sends a batch, and more while at least `enough` events wait. */
  #start(enough: number): Promise<void> {
    clearTimeout(this.#timer?.id);
    this.#timer = undefined;
    this.#flushing ??= this.#run(enough).finally(() => {
      this.#flushing = undefined;
      this.#plan();
    });
    return this.#flushing;
  }

  async #run(enough: number): Promise<void> {
    do {
      const loads = this.#take();
      if (loads.length === 0) return;
      try {
        await this.parts.events.apply(loads.map(({ batch }) => batch));
      } catch (error) {
        if (error instanceof LogConflictError) this.#putAside(error);
        else if (error instanceof DatabaseError) return this.#retryLater(error);
        else throw error;
        continue;
      }
      if (this.#failures > 0) {
        this.parts.log.info("libSQL takes batches again: the archive catches up");
      }
      this.#failures = 0;
      for (const load of loads) this.#done(load);
      this.parts.metrics.archiveFlushes++;
      this.#restsUntil = performance.now() + REST_MS;
    } while (this.#events >= enough);
  }

  #take(): Load[] {
    const loads: Load[] = [];
    let left = MAX_BATCH;
    let room = MAX_BATCH_CHARS;
    for (const source of this.#sources.keys()) {
      if (left <= 0 || room <= 0) break;
      const { events, chars } = upTo(room, source.unarchived(left));
      left -= events.length;
      room -= chars;
      if (events.length === 0) continue;
      const { roomId, epoch } = source;
      loads.push({ source, batch: { roomId, epoch, events }, chars });
    }
    return loads;
  }

  #done({ source, batch, chars }: Load): void {
    const { events } = batch;
    this.parts.metrics.archiveEvents += events.length;
    const waiting = this.#sources.get(source);
    if (waiting === undefined) return;
    this.#events -= events.length;
    this.#chars -= chars;
    const last = events.at(-1);
    if (last !== undefined) source.archivedUpTo(last.seq);
    this.#sources.delete(source);
    const left = { events: waiting.events - events.length, chars: waiting.chars - chars };
    // Behind those whose turn did not come yet.
    if (left.events > 0) this.#sources.set(source, left);
  }

  /** Somebody must look at it; nothing is lost, and other rooms go on. */
  #putAside(error: LogConflictError): void {
    for (const source of this.#sources.keys()) {
      if (source.roomId !== error.roomId) continue;
      this.forget(source);
      this.#setAside.add(source);
    }
    this.parts.log.error(
      "libSQL holds another log of a room: its new events stay in the journal; see docs/operations.md",
      { roomId: error.roomId, reason: error.message },
    );
  }

  /** Waits longer each time, and not as long as others do (capped exponential, full jitter). */
  #retryLater(error: DatabaseError): void {
    if (this.#failures++ === 0) {
      this.parts.log.warn("libSQL takes no batch: chat goes on, events wait in the journal", {
        pending: this.#events,
        reason: reason(error),
      });
    }
    const cap = Math.min(MAX_RETRY_MS, 250 * 2 ** this.#failures);
    this.#startAt(performance.now() + cap / 2 + Math.random() * cap / 2);
  }
}

/** The first events with about that much JSON, at least one. */
function upTo(maxChars: number, events: readonly LogEvent[]) {
  let chars = 0;
  const end = events.findIndex(({ json }) => (chars += json.length) > maxChars);
  if (end === -1) return { events, chars };
  const taken = events.slice(0, end + 1);
  return { events: taken, chars };
}
