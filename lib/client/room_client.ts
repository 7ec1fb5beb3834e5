/** One room for a person: what is known of it, and what can be done in it. */
import type { ServerFrame } from "@/lib/protocol/server_frames.ts";
import type { ConnectionOptions } from "./connection.ts";
import { Outbox } from "./outbox.ts";
import type { Store } from "./platform.ts";
import { RoomFeed } from "./room_feed.ts";
import * as room from "./room_state.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import type { RoomState } from "./room_state.ts";
import { Sender } from "./sender.ts";
import { Timers } from "./timers.ts";

/** A change of a message that is in the log. */
export type MessageChange =
  | { readonly type: "edit"; readonly id: string; readonly text: string }
  | { readonly type: "delete"; readonly id: string }
  | {
    readonly type: "react";
    readonly id: string;
    readonly emoji: string;
    readonly remove?: boolean;
  };

/** What a room client starts from, and how it reaches the world. The `url` is of `/ws?batch=1`. */
export interface RoomClientOptions extends ConnectionOptions {
  readonly snapshot: RoomSnapshot;
  /** Where unsent messages outlive this client. */
  readonly store: Store;
  /** A new UUIDv7 each time, each greater than the last. */
  readonly newTxnId: () => string;
}

const TYPING_EVERY_MS = 2_000;
const READ_AFTER_MS = 400;
const LEAVE_PATIENCE_MS = 1_000;
/** A message that another tab has not got through after this long is sent from here as well. */
const ADOPT_AFTER_MS = 15_000;
const OLDER_PAGE = 50;

/**
 * See the file's first line. It connects at once, and works until `close`.
 *
 * ```ts
 * const client = new RoomClient({ snapshot, url, connect: connectWebSocket, clock: systemClock,
 *   random: Math.random, store: localStorage, newTxnId: () => v7() });
 * client.subscribe((state) => console.log(state.messages.length, state.link));
 * client.send("Hello");
 * ```
 */
export class RoomClient {
  readonly #options: RoomClientOptions;
  readonly #feed: RoomFeed;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #timers: Timers;
  readonly #listeners = new Set<(state: RoomState) => void>();
  #typedAt = -Infinity;
  #left: () => void = () => {};
  /** Changes on their way: whom to tell what became of them. */
  readonly #changes = new Map<string, (problem: string | null) => void>();

  constructor(options: RoomClientOptions) {
    const { snapshot, store, clock, random } = options;
    this.#options = options;
    this.#timers = new Timers(clock);
    this.#outbox = new Outbox(store, snapshot.self.id, snapshot.room.id);
    this.#feed = new RoomFeed(options, snapshot, {
      received: (frames) => this.#received(frames),
      joined: () => this.#joined(),
      lost: (code) => this.#lost(code),
      changed: () => this.#changed(),
    });
    this.#sender = new Sender({
      outbox: this.#outbox,
      clock,
      random,
      send: (frame) => this.#feed.send(frame),
      stalled: () => this.#feed.restart(),
    });
    this.#changed();
    this.#feed.start();
  }

  /** What is known now. */
  get state(): RoomState {
    return this.#feed.state;
  }

  /** Calls `listener` after each change; the function it returns ends that. */
  subscribe(listener: (state: RoomState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes a message into the outbox; from there it is sent as soon as it can be.
   *
   * @param replyTo the id of the message that it answers
   */
  send(text: string, replyTo?: string): void {
    const { newTxnId, clock } = this.#options;
    const roomId = this.state.room.id;
    this.#outbox.put({ txnId: newTxnId(), roomId, text, replyTo, createdAt: clock.now() });
    // The message ends the typing before it; what is typed next is news.
    this.#typedAt = -Infinity;
    this.#changed();
  }

  /**
   * Changes a message that is in the log. Unlike a new message a change does not wait for a
   * connection: what it is about may be another by then.
   *
   * @returns null when it is done, else a sentence that says why not
   */
  change(change: MessageChange): Promise<string | null> {
    const txnId = this.#options.newTxnId();
    const sent = this.state.link === "online" &&
      this.#feed.send({ ...change, roomId: this.state.room.id, txnId });
    if (!sent) return Promise.resolve("There is no connection. Try again when you are back.");
    return new Promise((resolve) => this.#changes.set(txnId, resolve));
  }

  /** Sends a failed message again. It keeps its `txnId`, so it cannot arrive twice. */
  retry(txnId: string): void {
    this.#outbox.revive(txnId);
    this.#changed();
  }

  /** Throws a failed message away. */
  discard(txnId: string): void {
    this.#outbox.remove(txnId);
    this.#changed();
  }

  /** The user is typing. Call it as often as you like. */
  typing(): void {
    const now = this.#options.clock.now();
    if (this.state.link !== "online" || now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    this.#feed.send({ type: "typing", roomId: this.state.room.id });
  }

  /** The user has seen everything up to `seq`. */
  read(seq: number): void {
    if (seq <= this.state.readSeq) return;
    this.#feed.set(room.withRead(this.state, seq));
    this.#timers.set("read", READ_AFTER_MS, () => this.#tellRead());
    this.#changed();
  }

  /** Asks for the page before the first message. */
  loadOlder(): void {
    const { link, more, loadingOlder, messages, cursor } = this.state;
    if (link !== "online" || !more || loadingOlder) return;
    this.#feed.set({ ...this.state, loadingOlder: true });
    this.#feed.send({
      type: "history",
      roomId: this.state.room.id,
      before: messages[0]?.seq ?? cursor + 1,
      limit: OLDER_PAGE,
      txnId: room.historyTxn(this.state),
    });
    this.#changed();
  }

  /** Forgets old messages, so that a page left open for weeks does not grow without end. */
  trim(keep: number): void {
    this.#feed.set(room.trimmed(this.state, keep));
    this.#changed();
  }

  /** The platform says that the network went or came, or (true) that a sleeping page woke up. */
  network(up: boolean): void {
    this.#feed.network(up);
  }

  /** Another tab changed the store at `key`; `value` is null when it was removed. */
  storeChanged(key: string | null, value: string | null): void {
    const change = this.#outbox.changedElsewhere(key, value);
    if (change === "removed") this.#changed();
    if (change === "added") this.#timers.set("adopt", ADOPT_AFTER_MS, () => this.#adopt());
  }

  /** Tells the others, and is done when the server confirmed it or a second has passed. */
  async leave(): Promise<void> {
    if (this.#timers.has("read")) this.#tellRead();
    await new Promise<void>((resolve) => {
      this.#left = resolve;
      const sent = this.#feed.send({ type: "leave", roomId: this.state.room.id });
      if (sent) this.#timers.set("leave", LEAVE_PATIENCE_MS, resolve);
      else resolve();
    });
    this.close();
  }

  /** The end. Unsent messages stay in the store. */
  close(): void {
    if (this.#timers.has("read")) this.#tellRead();
    this.#feed.close();
    this.#sender.pause();
    this.#timers.cancelAll();
    this.#changed();
    this.#listeners.clear();
  }

  #received(frames: readonly ServerFrame[]): void {
    for (const frame of frames) {
      if (frame.type === "ack" && frame.txnId) this.#outbox.remove(frame.txnId);
      if (frame.type === "ack") this.#answer(frame.txnId, null);
      if (frame.type === "error") {
        this.#sender.refused(frame);
        this.#answer(frame.txnId, frame.message);
      }
      if (frame.type === "left") this.#left();
    }
  }

  #joined(): void {
    this.#outbox.adopt();
    this.#settle();
    this.#sender.resume();
  }

  /** Tells what became of a change. */
  #answer(txnId: string | undefined, problem: string | null): void {
    if (txnId === undefined) return;
    this.#changes.get(txnId)?.(problem);
    this.#changes.delete(txnId);
  }

  #lost(code: number): void {
    this.#sender.pause(code);
    for (const txnId of [...this.#changes.keys()]) {
      this.#answer(txnId, "The connection was lost: look whether it is done, and try again.");
    }
    this.#left();
  }

  #adopt(): void {
    this.#outbox.adopt();
    this.#changed();
  }

  #tellRead(): void {
    const { room: { id: roomId }, readSeq: seq } = this.state;
    this.#timers.cancel("read");
    this.#feed.send({ type: "read", roomId, seq });
  }

  /** Brings outbox and state together, sends what is due, and tells whoever listens. */
  #changed(): void {
    this.#settle();
    this.#sender.pump();
    this.#feed.set(room.withOutbox(this.state, this.#outbox.entries));
    this.#watchTyping();
    for (const listener of this.#listeners) listener(this.state);
  }

  /** What the log shows is unsent no longer, whether or not its ack came through. */
  #settle(): void {
    if (this.#outbox.entries.length === 0) return;
    for (const { userId, txnId } of this.state.messages) {
      if (txnId && userId === this.state.self.id) this.#outbox.remove(txnId);
    }
  }

  #watchTyping(): void {
    if (this.#timers.has("typing") || this.state.typing.length === 0) return;
    const { clock } = this.#options;
    const next = Math.min(...this.state.typing.map(({ until }) => until));
    this.#timers.set("typing", next - clock.now(), () => {
      this.#feed.set(room.expireTyping(this.state, clock.now()));
      this.#changed();
    });
  }
}
