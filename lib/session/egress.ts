/** Egress: whether what was sent has left. The journal asks before it forms the next group. */
import { setImmediate } from "node:timers";
import type { Transport } from "./transport.ts";

/** How many of the last frames are looked at: those of slow clients leave late, whatever we do. */
const SAMPLE = 8;
/** A group waits no longer than this for the frames of the one before, in milliseconds. */
const MAX_DRAIN_MS = 50;
/** What left faster than this, in milliseconds, is not worth waiting for the answers to it. */
const WORTH_WAITING_MS = 4;

/** Where the last frames went. */
export class Egress {
  readonly #last: Transport[] = [];
  #next = 0;

  /** Notes that a frame was handed to a connection. */
  sent(transport: Transport): void {
    this.#last[this.#next] = transport;
    this.#next = (this.#next + 1) % SAMPLE;
  }

  /**
   * Resolves when the last frames have left and, after a large fan-out, half of its time later:
   * what is sent in answer to it comes in meanwhile, and one larger group is one fan-out less. This
   * is PostgreSQL's `commit_delay`, measured by what there is to save.
   */
  async drained(): Promise<void> {
    const start = performance.now();
    let took = 0;
    do {
      await new Promise((resolve) => setImmediate(resolve));
      took = performance.now() - start;
    } while (this.#busy && took < MAX_DRAIN_MS);
    if (took >= WORTH_WAITING_MS) await new Promise((resolve) => setTimeout(resolve, took / 2 - 1));
  }

  get #busy(): boolean {
    return this.#last.length > 0 && this.#last.every(({ buffered }) => buffered > 0);
  }
}
