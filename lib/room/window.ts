/** The recent window: the end of a room's log that is held in memory. */
import { withChange } from "../protocol/changes.ts";
import { type LogEvent, withoutText } from "../protocol/event.ts";
import type { ChangeFrame, Message } from "../protocol/server_frames.ts";

/**
 * Consecutive events up to the head of a log, and what they come to. Every change of a message that
 * is held is held, too, because it came later.
 */
export class Window {
  readonly #events: LogEvent[] = [];
  /** The messages of these events as they are now, by id, oldest first. */
  readonly #messages = new Map<string, Message>();
  /** Changes of any messages, oldest first. */
  #changes: ChangeFrame[] = [];
  #head: number;

  /** @param events consecutive, the last one being `head` when there are any */
  constructor(events: readonly LogEvent[], head: number) {
    this.#head = head - events.length;
    this.push(events);
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
    return this.#events.at(-1)?.facts.ts ?? 0;
  }

  /** The messages that are held, as they are now, oldest first. */
  messages(): Message[] {
    return [...this.#messages.values()];
  }

  /** A message as it is now, when it is held. */
  message(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Adds the events that follow the head. What a delete is about loses its text. */
  push(events: readonly LogEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      const { frame } = event;
      if (frame.type === "message") this.#messages.set(frame.message.id, frame.message);
      else this.#change(frame);
    }
    this.#head += events.length;
  }

  /** Lets events up to `seq` go, and gives them back. */
  drop(seq: number): LogEvent[] {
    const dropped = this.#events.splice(0, Math.max(0, seq - this.first + 1));
    for (const { frame } of dropped) {
      if (frame.type === "message") this.#messages.delete(frame.message.id);
    }
    this.#changes = this.#changes.filter((change) => change.seq > seq);
    return dropped;
  }

  /** At most `limit` events after `seq`, or undefined when the next one is not held. */
  after(seq: number, limit: number): LogEvent[] | undefined {
    const start = seq + 1 - this.first;
    return start < 0 ? undefined : this.#events.slice(start, start + limit);
  }

  /** Older messages with the changes that are held. */
  changed(messages: readonly Message[]): Message[] {
    if (this.#changes.length === 0) return [...messages];
    const changed = new Map(messages.map((message) => [message.id, message]));
    for (const change of this.#changes) {
      const message = changed.get(change.id);
      if (message !== undefined) changed.set(change.id, withChange(message, change));
    }
    return [...changed.values()];
  }

  /** Older events without the texts of messages whose deletes are held. */
  withoutDeleted(events: readonly LogEvent[]): LogEvent[] {
    const deleted = new Set<string>();
    for (const { type, id } of this.#changes) if (type === "message_deleted") deleted.add(id);
    if (deleted.size === 0) return [...events];
    return events.map((event) => deleted.has(event.facts.id) ? withoutText(event) : event);
  }

  #change(change: ChangeFrame): void {
    this.#changes.push(change);
    const message = this.#messages.get(change.id);
    if (message !== undefined) this.#messages.set(change.id, withChange(message, change));
    if (change.type !== "message_deleted") return;
    this.#events.forEach((event, index) => {
      if (event.facts.id === change.id) this.#events[index] = withoutText(event);
    });
  }
}
