/** A log writer that a test can look into. */
import type { Entry, LogWriter } from "@/lib/journal/journal.ts";
import { type LogEvent, messageEvent } from "@/lib/protocol/event.ts";
import { textOf } from "../log_events.ts";

/** Writes texts into the log of one room. */
export class TestWriter implements LogWriter {
  /** Texts that wait. */
  readonly queue: { text: string; txnId?: string }[] = [];
  /** Texts that are stored, in order, with their seq. */
  readonly stored: { seq: number; text: string }[] = [];
  /** How many events each commit of this room held. */
  readonly groups: number[] = [];
  /** Texts that were not stored. */
  readonly refused: string[] = [];
  trimmedTo = 0;
  #taken: string[] = [];

  constructor(readonly roomId: number, public head = 0) {}

  get waiting(): boolean {
    return this.queue.length > 0;
  }

  prepare(maxChars: number): LogEvent[] {
    const events: LogEvent[] = [];
    for (let chars = 0; this.waiting && chars < maxChars;) {
      const { text, txnId } = this.queue.shift() as { text: string; txnId?: string };
      const event = event_(this.roomId, this.head + events.length + 1, text, txnId);
      chars += event.json.length;
      events.push(event);
      this.#taken.push(text);
    }
    return events;
  }

  committed(entries: readonly Entry[]): void {
    const events = entries.flatMap((entry) => entry.events);
    this.groups.push(events.length);
    for (const event of events) this.stored.push({ seq: event.seq, text: textOf(event) });
    this.head += events.length;
    this.#taken = [];
  }

  failed(): void {
    this.refused.push(...this.#taken);
    this.#taken = [];
  }

  trimmed(last: number): void {
    this.trimmedTo = last;
  }
}

function event_(roomId: number, seq: number, text: string, txnId?: string): LogEvent {
  const id = `id-${roomId}-${seq}`;
  return messageEvent({ id, seq, roomId, userId: "ann", sender: "Ann", text, ts: seq, txnId });
}
