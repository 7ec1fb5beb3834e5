/** Sends a room's outbox: in order, one message at a time, until each is acknowledged or refused. */
import type { ClientFrameInput } from "@/lib/protocol/client_frames.ts";
import { CLOSE } from "@/lib/protocol/errors.ts";
import type { ErrorFrame } from "@/lib/protocol/server_frames.ts";
import { backoff } from "./backoff.ts";
import type { Outbox } from "./outbox.ts";
import type { Clock } from "./platform.ts";

/** What a sender works with. */
export interface SenderOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  /** Puts a frame on the wire, or answers false. */
  readonly send: (frame: ClientFrameInput) => boolean;
  /** The server owes an answer for too long: get a new connection. */
  readonly stalled: () => void;
}

/** How long the server may take to acknowledge. */
const ACK_MS = 10_000;
/** How often a message that the server could not save is tried before its author is asked. */
const TRIES = 4;
const RETRY = { base: 1_000, cap: 8_000 };
const TOO_LARGE = "This message is too long to be sent.";

/** See the file's first line. Call `resume` when joined, `pause` when the connection is lost. */
export class Sender {
  readonly #options: SenderOptions;
  #ready = false;
  #inFlight: string | null = null;
  #waiting = false;
  #tries = 0;
  /** One timer at a time: the answer is due, or a wait is over. */
  #cancelTimer = () => {};

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** The room is joined: everything unsent goes out. */
  resume(): void {
    this.#ready = true;
    this.pump();
  }

  /** The connection is lost; what was in flight will be sent again. */
  pause(code?: number): void {
    // Only a message can be that large, and only one was on its way.
    if (code === CLOSE.TOO_LARGE && this.#inFlight) {
      this.#options.outbox.fail(this.#inFlight, TOO_LARGE);
    }
    this.#ready = this.#waiting = false;
    this.#settle();
  }

  /** Sends the next message, if one is due. Call it after any change of the outbox. */
  pump(): void {
    const { outbox, send, stalled } = this.#options;
    if (this.#inFlight !== null && !outbox.has(this.#inFlight)) this.#done();
    const entry = outbox.next;
    if (!this.#ready || this.#waiting || this.#inFlight !== null || !entry) return;
    const { roomId, text, replyTo, txnId } = entry;
    if (!send({ type: "message", roomId, text, replyTo, txnId })) return;
    this.#inFlight = txnId;
    this.#timer(ACK_MS, stalled);
  }

  /** The server answered a message with an error. */
  refused(frame: ErrorFrame): void {
    const { outbox, random } = this.#options;
    if (frame.txnId === undefined || frame.txnId !== this.#inFlight) return;
    this.#settle();
    switch (frame.code) {
      case "rate_limited":
        return this.#wait(frame.retryAfter ?? RETRY.base);
      case "save_failed":
      case "overloaded":
        if (++this.#tries < TRIES) return this.#wait(backoff(this.#tries, random(), RETRY));
        break;
      case "not_joined":
      case "unauthenticated":
        // The message is fine: it is the join that must be made good, by a new connection.
        return this.#options.stalled();
    }
    this.#tries = 0;
    outbox.fail(frame.txnId, frame.message);
    this.pump();
  }

  #done(): void {
    this.#tries = 0;
    this.#settle();
  }

  #settle(): void {
    this.#inFlight = null;
    this.#cancelTimer();
  }

  #wait(ms: number): void {
    this.#waiting = true;
    this.#timer(ms, () => {
      this.#waiting = false;
      this.pump();
    });
  }

  #timer(ms: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(ms, task);
  }
}
