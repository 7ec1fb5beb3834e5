/** The outlet: all frames to one client go through here. */
import type { Entry } from "../journal/journal.ts";
import type { Metrics } from "../metrics.ts";
import { CLOSE } from "../protocol/errors.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import type { Egress } from "./egress.ts";
import type { Transport } from "./transport.ts";

/** Above this many bytes on their way a client counts as slow, and gets nothing new. */
const SLOW_BYTES = 256 * 1024;
/** A client for which this many bytes wait is closed. */
const HARD_BYTES = 4 * 1024 * 1024;

/**
 * Puts frames together as the client likes them: a batch client gets all that belongs to one
 * moment as one array, others a frame each.
 */
export class Outlet {
  #held: string[] = [];

  constructor(
    private readonly transport: Transport,
    private readonly metrics: Metrics,
    private readonly egress: Egress,
  ) {}

  /** True while the client does not take what was sent. */
  get slow(): boolean {
    return this.transport.buffered > SLOW_BYTES;
  }

  /** Sends a frame, at the end of this moment at the latest. */
  send(frame: ServerFrame): void {
    this.sendJson(JSON.stringify(frame));
  }

  /** Sends a frame that is JSON already. */
  sendJson(json: string): void {
    if (!this.transport.batch) return this.#put(json);
    if (this.#held.push(json) === 1) queueMicrotask(() => this.#flush());
  }

  /** Sends a journal entry: to batch clients the very bytes that were stored. */
  sendEntry(entry: Entry): void {
    if (!this.transport.batch) {
      for (const event of entry.events) this.#put(event.json);
    } else if (this.#held.length === 0) {
      this.#put(entry.bytes);
    } else {
      const held = this.#held.join(",");
      this.#held = [];
      this.#put(`[${held},${entry.text.slice(1)}`);
    }
  }

  /**
   * Sends the first of some events, in as few frames as the client likes.
   *
   * @returns how many: at least one, and not much more than a slow client may have on its way
   */
  sendEvents(events: readonly { readonly json: string }[]): number {
    this.#flush();
    let chars = 0;
    const end = events.findIndex(({ json }) => (chars += json.length) > SLOW_BYTES);
    const piece = end === -1 ? events : events.slice(0, end + 1);
    if (this.transport.batch) this.#put(`[${piece.map(({ json }) => json).join(",")}]`);
    else for (const { json } of piece) this.#put(json);
    return piece.length;
  }

  /** Ends the connection. */
  close(code: number, reason: string): void {
    this.#held = [];
    this.transport.close(code, reason);
  }

  #flush(): void {
    if (this.#held.length === 0) return;
    const [first = "", ...others] = this.#held;
    this.#held = [];
    this.#put(others.length === 0 ? first : `[${first},${others.join(",")}]`);
  }

  #put(data: string | Uint8Array<ArrayBuffer>): void {
    // Of what waits already: a frame that is larger by itself is not the client's fault.
    if (this.transport.buffered > HARD_BYTES) {
      return this.close(CLOSE.TRY_LATER, "too far behind");
    }
    this.metrics.framesSent++;
    this.transport.send(data);
    this.egress.sent(this.transport);
  }
}
