/** The recent window: the end of a room's log that is held in memory. */
import type { LogEvent } from "../protocol/event.ts";

/** Consecutive events up to the head of a log. */
export class Window {
  #events: LogEvent[];
  #head: number;

  /** @param events consecutive, the last one being `head` when there are any */
  constructor(events: readonly LogEvent[], head: number) {
    this.#events = [...events];
    this.#head = head;
  }

  /** The highest `seq` of the log. */
  get head(): number {
    return this.#head;
  }

  /** The lowest `seq` that is held; `head + 1` when none is. */
  get first(): number {
    return this.#head - this.#events.length + 1;
  }

  /** When the newest event happened; 0 when none is held. */
  get lastTs(): number {
    return this.#events.at(-1)?.frame.message.ts ?? 0;
  }

  /** Adds the events that follow the head. */
  push(events: readonly LogEvent[]): void {
    for (const event of events) this.#events.push(event);
    this.#head += events.length;
  }

  /** Lets events up to `seq` go, and gives them back. */
  drop(seq: number): LogEvent[] {
    return this.#events.splice(0, Math.max(0, seq - this.first + 1));
  }

  /** At most `limit` events after `seq`, or undefined when the next one is not held. */
  after(seq: number, limit: number): LogEvent[] | undefined {
    const start = seq + 1 - this.first;
    return start < 0 ? undefined : this.#events.slice(start, start + limit);
  }

  /** The newest `limit` events that are held before `seq`, oldest first. */
  before(seq: number, limit: number): LogEvent[] {
    const end = Math.max(0, Math.min(seq - this.first, this.#events.length));
    return this.#events.slice(Math.max(0, end - limit), end);
  }
}
