/** A subscription: one session following one room from a cursor. */
import type { Entry } from "../journal/journal.ts";
import type { Metrics } from "../metrics.ts";
import { CLOSE } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { Room, Subscriber } from "../room/room.ts";
import type { Outlet } from "./outlet.ts";

/** How often a client that is behind is looked at, in milliseconds. */
const DRAIN_POLL_MS = 25;
/** Events that are read at once while catching up. */
const CATCH_UP_EVENTS = 200;
/** A client that stays behind for longer than this is closed. */
const MAX_BEHIND_MS = 30_000;
/** A client that missed more than this many characters is closed. */
const MAX_BEHIND_CHARS = 4 * 1024 * 1024;

/**
 * Live events, a slow client's catch-up and a resume after a reconnect are one thing here:
 * whoever is at the head is sent what is committed; whoever is behind reads on from the cursor
 * until it is at the head. What it costs to be behind is one number.
 */
export class Subscription implements Subscriber {
  readonly clientId: string;
  #behind: { since: number; missedChars: number } | undefined;
  #closed = false;

  /** @param cursor the `seq` of the last event that the client has */
  constructor(
    readonly room: Room,
    readonly user: User,
    private readonly outlet: Outlet,
    private readonly metrics: Metrics,
    session: { readonly clientId: string },
    private cursor: number,
  ) {
    this.clientId = session.clientId;
  }

  /** Starts to follow: what the cursor lacks first, then what comes. */
  start(): void {
    this.room.subscribe(this);
    if (this.cursor < this.room.head) this.#fallBehind(0);
  }

  /** The end of it. */
  stop(): void {
    this.#closed = true;
    this.room.unsubscribe(this);
  }

  advance(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (this.#behind !== undefined) {
        this.#behind.missedChars += entry.text.length;
      } else if (this.outlet.slow) {
        this.metrics.slowClients++;
        this.#fallBehind(entry.text.length);
      } else {
        this.outlet.sendEntry(entry);
        this.cursor += entry.events.length;
      }
    }
  }

  notify(json: string): void {
    if (this.#behind === undefined && !this.outlet.slow) this.outlet.sendJson(json);
  }

  #fallBehind(missedChars: number): void {
    this.#behind = { since: performance.now(), missedChars };
    this.#catchUp();
  }

  /** Reads on from the cursor, as fast as the client takes it, until it is at the head. */
  async #catchUp(): Promise<void> {
    const lacked = this.#behind?.missedChars ?? 0;
    while (this.cursor < this.room.head && !this.#closed) {
      if (this.outlet.slow) {
        if (this.#isHopeless()) return this.outlet.close(CLOSE.TRY_LATER, "too far behind");
        await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
        continue;
      }
      const events = this.room.recentAfter(this.cursor, CATCH_UP_EVENTS) ??
        await this.room.after(this.cursor, CATCH_UP_EVENTS).catch(() => []);
      if (this.#closed) return;
      // The archive is away: the client's own reconnect tries again from the same cursor.
      if (events.length === 0) return this.outlet.close(CLOSE.TRY_LATER, "history is away");
      this.cursor += this.outlet.sendEvents(events);
    }
    this.#behind = undefined;
    if (lacked > 0 && !this.#closed) this.#tellMembers();
  }

  #isHopeless(): boolean {
    if (this.#behind === undefined) return false;
    return performance.now() - this.#behind.since > MAX_BEHIND_MS ||
      this.#behind.missedChars > MAX_BEHIND_CHARS;
  }

  /** Presence frames were dropped meanwhile; the list makes up for them. */
  #tellMembers(): void {
    const { roomId, presence } = this.room;
    this.outlet.send({ type: "list", roomId, members: presence.users() });
  }
}
