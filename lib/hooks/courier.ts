/** A courier: carries a room's events to one outgoing webhook, in order, from its cursor on. */
import { type Log, reason } from "../log.ts";
import type { Room } from "../room/room.ts";
import { deliver } from "./deliver.ts";
import type { Subscription, Subscriptions } from "./subscriptions.ts";

/** The wait after the first failure; it doubles with each further one, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 3_600_000;
/** Who does not answer for this long is given up, in milliseconds. */
const GIVE_UP_MS = 3 * 24 * 3_600_000;
/** Events that are read from the log at once. */
const BATCH = 50;

/** What a courier needs of the rest. */
export interface CourierParts {
  readonly subscriptions: Subscriptions;
  readonly log: Log;
  readonly allowPrivate: boolean;
}

/**
 * At least once: the cursor moves when the other side said 2xx, so a crash between the two sends
 * an event again, under the same `webhook-id`.
 */
export class Courier {
  #cursor: number;
  #failures = 0;
  #failingSince = 0;
  #working = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unfollow: () => void;

  constructor(
    private readonly subscription: Subscription,
    cursor: number,
    private readonly room: Room,
    private readonly parts: CourierParts,
  ) {
    // Of a log that was made anew some numbers may be lower than what was delivered of the old one.
    this.#cursor = Math.min(cursor, room.head);
    this.#unfollow = room.follow(() => this.#work());
    this.#work();
  }

  /** Carries nothing more. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#unfollow();
  }

  async #work(): Promise<void> {
    if (this.#working || this.#timer !== undefined) return;
    this.#working = true;
    try {
      while (this.#cursor < this.room.head && !this.#stopped) await this.#carryBatch();
    } catch (error) {
      this.#retryLater(error);
    }
    this.#working = false;
  }

  async #carryBatch(): Promise<void> {
    const { id, url, secret } = this.subscription;
    const { subscriptions, allowPrivate } = this.parts;
    for (const { seq, json } of await this.room.after(this.#cursor, BATCH)) {
      if (this.#stopped) return;
      const delivery = { url: new URL(url), secret, id: `${id}.${seq}`, body: json, allowPrivate };
      const status = await deliver(delivery);
      if (status === 410) return this.#giveUp("it says that it is gone");
      if (status < 200 || status > 299) throw new Error(`it answers ${status}`);
      this.#cursor = seq;
      this.#failures = 0;
      await subscriptions.delivered(id, seq);
    }
  }

  /** Waits longer each time, up to an hour (capped exponential, half of it by chance). */
  #retryLater(error: unknown): void {
    if (this.#stopped) return;
    if (this.#failures++ === 0) {
      this.#failingSince = Date.now();
      this.parts.log.warn("an outgoing webhook can't be reached: its events wait", {
        subscription: this.subscription.id,
        reason: reason(error),
      });
    }
    if (Date.now() - this.#failingSince > GIVE_UP_MS) return this.#giveUp(reason(error));
    const cap = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, cap / 2 + Math.random() * cap / 2);
  }

  #giveUp(reason: string): void {
    this.stop();
    const { id, roomId } = this.subscription;
    this.parts.log.error("an outgoing webhook was given up: make it again when it is back", {
      subscription: id,
      roomId,
      reason,
    });
    this.parts.subscriptions.forget(roomId, id);
  }
}
