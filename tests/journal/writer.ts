/** A log writer that a test can look into. */
import type { Entry, LogWriter } from "@/lib/journal/journal.ts";
import { type LogEvent, logEvent, messageEvent } from "@/lib/protocol/event.ts";
import { textOf } from "../log_events.ts";

/** A text to be said, or the id of a message to be deleted. */
interface Waiting {
  readonly text: string;
  readonly txnId?: string;
  readonly deletes?: string;
}

/** Writes texts into the log of one room. */
export class TestWriter implements LogWriter {
  /** Texts that wait. */
  readonly queue: Waiting[] = [];
  /** Texts that are stored, in order, with their seq. */
  readonly stored: { seq: number; text: string }[] = [];
  /** How many events each commit of this room held. */
  readonly groups: number[] = [];
  /** Texts that were not stored. */
  readonly refused: string[] = [];
  trimmedTo = 0;
  /** Texts that are on their way. */
  taken: string[] = [];

  constructor(readonly roomId: number, public head = 0) {}

  get waiting(): boolean {
    return this.queue.length > 0;
  }

  prepare(maxChars: number): LogEvent[] {
    const events: LogEvent[] = [];
    for (let chars = 0; this.waiting && chars < maxChars;) {
      const waiting = this.queue.shift() as Waiting;
      const event = event_(this.roomId, this.head + events.length + 1, waiting);
      chars += event.json.length;
      events.push(event);
      this.taken.push(waiting.text);
    }
    return events;
  }

  committed(entries: readonly Entry[]): void {
    const events = entries.flatMap((entry) => entry.events);
    this.groups.push(events.length);
    for (const event of events) {
      if (event.frame.type !== "message") continue;
      this.stored.push({ seq: event.seq, text: textOf(event) });
    }
    this.head += events.length;
    this.taken = [];
  }

  failed(): void {
    this.refused.push(...this.taken);
    this.taken = [];
  }

  trimmed(last: number): void {
    this.trimmedTo = last;
  }
}

function event_(roomId: number, seq: number, { text, txnId, deletes }: Waiting): LogEvent {
  const said = { seq, roomId, userId: "ann", sender: "Ann", ts: seq, txnId };
  return deletes === undefined
    ? messageEvent({ ...said, id: `id-${roomId}-${seq}`, text })
    : logEvent({ type: "message_deleted", ...said, id: deletes });
}
