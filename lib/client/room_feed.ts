/** Keeps what is known of a room current: joins, resumes, and heals holes by itself. */
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import type { ClientFrameInput } from "@/lib/protocol/client_frames.ts";
import type { ErrorFrame, ServerFrame } from "@/lib/protocol/server_frames.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { applyFrame, initialState, type Link, type Problem, type RoomState } from "./room_state.ts";
import { Timers } from "./timers.ts";

/** What the owner of a feed hears. The feed's `state` is up to date in each call. */
export interface FeedEvents {
  /** These frames came and have been applied. */
  received(frames: readonly ServerFrame[]): void;
  /** The room is joined, anew or again: everything can be sent. */
  joined(): void;
  /** The connection is gone; the next is under way. */
  lost(code: number): void;
  /** Something of the state changed; the last call of a turn. */
  changed(): void;
}

/** How long a refused join waits, when the server does not say. */
const REJOIN_MS = 5_000;
/** How long the server may take to answer a join. */
const JOIN_MS = 10_000;

/** See the file's first line. */
export class RoomFeed {
  readonly #events: FeedEvents;
  readonly #connection: Connection;
  readonly #timers: Timers;
  readonly #now: () => number;
  #state: RoomState;
  #joins = 0;
  /** The cursor at which the last hole was seen: the same again, and resuming is of no use. */
  #holeAt = -1;
  #everOnline = false;
  #networkUp = true;

  constructor(options: ConnectionOptions, snapshot: RoomSnapshot, events: FeedEvents) {
    this.#state = initialState(snapshot);
    this.#events = events;
    this.#timers = new Timers(options.clock);
    this.#now = () => options.clock.now();
    this.#connection = new Connection(options, {
      opened: () => this.#join(),
      received: (frames) => this.#received(frames),
      lost: (code) => this.#lost(code),
    });
  }

  /** What is known now. */
  get state(): RoomState {
    return this.#state;
  }

  /** Takes over a change that came from this side. It is for the caller to tell of it. */
  set(state: RoomState): void {
    this.#state = state;
  }

  start(): void {
    this.#connection.start();
  }

  /** Puts a frame on the wire, or answers false. */
  send(frame: ClientFrameInput): boolean {
    return this.#connection.send(frame);
  }

  /** Gives up the connection for a new one. */
  restart(): void {
    this.#connection.restart();
  }

  /** The platform says that the network went or came, or that a sleeping page woke up. */
  network(up: boolean): void {
    this.#networkUp = up;
    if (this.#state.problem === null) this.#connection.wake();
    if (this.#state.link === "online") return;
    this.#state = { ...this.#state, link: this.#downLink() };
    this.#events.changed();
  }

  /** The end; no event comes after it. */
  close(): void {
    this.#connection.close();
    this.#timers.cancelAll();
    this.#state = { ...this.#state, link: "closed" };
  }

  #join(): void {
    const { cursor, epoch, gap, room } = this.#state;
    const resume = !gap || this.#holeAt !== cursor;
    if (gap) this.#holeAt = cursor;
    this.#connection.send({
      type: "join",
      roomId: room.id,
      ...(resume ? { after: cursor, epoch } : {}),
      txnId: `join:${++this.#joins}`,
    });
    this.#timers.set("join", JOIN_MS, () => this.restart());
  }

  #received(frames: readonly ServerFrame[]): void {
    const before = this.#state;
    for (const frame of frames) {
      this.#state = applyFrame(this.#state, frame, this.#now());
      const problem = this.#check(frame);
      if (problem) return this.#stop(problem);
    }
    this.#events.received(frames);
    const { link, gap } = this.#state;
    if (link === "online" && before.link !== "online") {
      this.#everOnline = true;
      this.#events.joined();
    }
    if (gap && !before.gap) this.#join();
    this.#events.changed();
  }

  /** Minds what a frame says about this connection; answers what no retry can mend. */
  #check(frame: ServerFrame): Problem | null {
    if (frame.type === "joined" && frame.roomId === this.#state.room.id) {
      // The cookie has changed hands: what waits here was written by somebody else.
      if (frame.self.id !== this.#state.self.id) return "other_identity";
      this.#state = { ...this.#state, link: "online" };
      this.#timers.cancel("join");
    }
    if (frame.type === "left" && frame.roomId === this.#state.room.id) return frame.reason ?? null;
    if (frame.type === "error") return this.#refused(frame);
    return null;
  }

  #refused({ txnId, code, retryAfter }: ErrorFrame): Problem | null {
    if (txnId?.startsWith("history:")) this.#state = { ...this.#state, loadingOlder: false };
    if (txnId !== `join:${this.#joins}`) return null;
    if (code === "unauthenticated") return "signed_out";
    if (code === "not_found" || code === "forbidden") return "room_gone";
    this.#timers.set("join", retryAfter ?? REJOIN_MS, () => this.#join());
    return null;
  }

  #lost(code: number): void {
    this.#timers.cancel("join");
    // A gap ends with the connection: the next join resumes from the cursor anyway.
    this.#state = { ...this.#state, link: this.#downLink(), loadingOlder: false, gap: false };
    this.#events.lost(code);
    this.#events.changed();
  }

  #stop(problem: Problem): void {
    this.close();
    this.#state = { ...this.#state, problem };
    this.#events.changed();
  }

  #downLink(): Link {
    if (this.#state.link === "closed") return "closed";
    if (!this.#networkUp) return "offline";
    return this.#everOnline ? "reconnecting" : "connecting";
  }
}
