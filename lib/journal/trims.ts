/** Which logs are to be trimmed: soon enough, and as seldom as that allows. */
import type { LogWriter } from "./journal.ts";

/** A log is trimmed when so many of its events may go, … */
const TRIM_EVENTS = 100;
/**
 * … and at the latest so many milliseconds after the archive went on. What a crash leaves undone is
 * archived once more, which changes nothing.
 */
const TRIM_MS = 1000;

/** How far a log may be trimmed. */
export interface Watermarks {
  /** All up to here is in the archive. */
  readonly archived: number;
  /** Entries that lie wholly at or below this may go. */
  readonly upTo: number;
}

/** Keeps the newest watermarks of each log until it is trimmed. */
export class Trims {
  readonly #noted = new Map<LogWriter, Watermarks>();
  /** Whose trims wait no longer. */
  readonly #due = new Set<LogWriter>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onDue called when a trim is due */
  constructor(private readonly onDue: () => void) {}

  /** Whether a trim is due. */
  get due(): boolean {
    return this.#due.size > 0;
  }

  /** Whether there is something to trim of a log, now or later. */
  has(writer: LogWriter): boolean {
    return this.#noted.has(writer);
  }

  /** Notes how far a log may be trimmed, and how many events that would take. */
  note(writer: LogWriter, watermarks: Watermarks, events: number): void {
    this.#noted.set(writer, watermarks);
    if (events < TRIM_EVENTS) {
      this.#timer ??= setTimeout(() => this.expedite(), TRIM_MS);
    } else {
      this.#due.add(writer);
      this.onDue();
    }
  }

  /** All that is noted is due now. */
  expedite(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const writer of this.#noted.keys()) this.#due.add(writer);
    if (this.due) this.onDue();
  }

  /** The logs whose trim is due. */
  *[Symbol.iterator](): Iterator<[LogWriter, Watermarks]> {
    for (const writer of this.#due) {
      const watermarks = this.#noted.get(writer);
      if (watermarks !== undefined) yield [writer, watermarks];
    }
  }

  /** A log is being trimmed as far as was noted. */
  delete(writer: LogWriter): void {
    this.#noted.delete(writer);
    this.#due.delete(writer);
  }

  /** A log is no more. */
  forget(roomId: number): void {
    for (const writer of this.#noted.keys()) if (writer.roomId === roomId) this.delete(writer);
  }

  /** Trims failed: they are due again with whatever is noted next. */
  postpone(failed: Iterable<{ readonly writer: LogWriter } & Watermarks>): void {
    for (const { writer, archived, upTo } of failed) {
      if (!this.#noted.has(writer)) this.#noted.set(writer, { archived, upTo });
    }
    this.#due.clear();
  }
}
