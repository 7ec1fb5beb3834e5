/** One WebSocket that comes back: reconnects with backoff, and notices when the line is dead. */
import type { ClientFrameInput } from "@/lib/protocol/client_frames.ts";
import { CLOSE } from "@/lib/protocol/errors.ts";
import type { ServerFrame } from "@/lib/protocol/server_frames.ts";
import { backoff } from "./backoff.ts";
import type { Clock, Connect, Socket } from "./platform.ts";

/** What the owner of a connection hears. */
export interface ConnectionEvents {
  /** A new socket is open; nothing of the last one's state holds any more. */
  opened(): void;
  /** What one WebSocket frame held, in order; never empty. */
  received(frames: readonly ServerFrame[]): void;
  /** The socket is gone (or could not be opened); the next try is under way by itself. */
  lost(code: number): void;
}

/** How a connection reaches the world. */
export interface ConnectionOptions {
  readonly url: string;
  readonly connect: Connect;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** After this long without a word the server is asked for one. */
const SILENCE_MS = 20_000;
/** A socket that is not open after this long, or leaves a ping unanswered, is given up. */
const PATIENCE_MS = 6_000;
/** Open for this long, a connection counts as good, and the backoff starts anew. */
const PROVEN_MS = 1_000;
/** RFC 6455: closed without a closing handshake. */
const BROKEN = 1006;

/** See the file's first line. It does nothing until `start`, and nothing more after `close`. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #events: ConnectionEvents;
  #socket: Socket | null = null;
  #open = false;
  #closed = false;
  #attempt = 0;
  #openedAt = 0;
  #heardAt = 0;
  /** Counts sockets, so that late events of a dropped one are known and ignored. */
  #turn = 0;
  /** There is one timer at a time: give up opening, or watch for silence, or retry. */
  #cancelTimer = () => {};

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Opens the first socket. */
  start(): void {
    const turn = ++this.#turn;
    const mine = (act: () => void) => () => turn === this.#turn && act();
    this.#socket = this.#options.connect(this.#options.url, {
      opened: mine(() => this.#opened()),
      received: (data) => turn === this.#turn && this.#received(data),
      closed: (code) => turn === this.#turn && this.#drop(code),
    });
    this.#timer(PATIENCE_MS, () => this.#drop(BROKEN));
  }

  /** Sends now, or answers false: nothing is kept here. */
  send(frame: ClientFrameInput): boolean {
    if (!this.#open) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  /** The network may be back, or the machine woke up: try, or check, at once. */
  wake(): void {
    if (this.#closed) return;
    if (this.#open) this.#probe();
    else if (this.#socket === null) this.#retry();
  }

  /** Gives up the socket that there is, and opens another. */
  restart(): void {
    if (this.#socket !== null) this.#drop(BROKEN);
  }

  /** The end: no event comes after this. */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #opened(): void {
    this.#open = true;
    this.#openedAt = this.#heardAt = this.#options.clock.now();
    this.#timer(SILENCE_MS, () => this.#listen());
    this.#events.opened();
  }

  #received(data: string | ArrayBuffer): void {
    this.#heardAt = this.#options.clock.now();
    const frames = decode(data);
    // What cannot be read may have been an event: only a fresh start makes up for it.
    if (frames === null) this.#drop(BROKEN);
    else if (frames.length > 0) this.#events.received(frames);
  }

  /** Rather than a timer moved by each frame: looks how long ago the last one came. */
  #listen(): void {
    const quiet = this.#options.clock.now() - this.#heardAt;
    if (quiet >= SILENCE_MS) this.#probe();
    else this.#timer(SILENCE_MS - quiet, () => this.#listen());
  }

  #probe(): void {
    const asked = this.#options.clock.now();
    this.send({ type: "ping" });
    this.#timer(PATIENCE_MS, () => {
      if (this.#heardAt >= asked) this.#listen();
      else this.#drop(BROKEN);
    });
  }

  #drop(code: number): void {
    const { clock, random } = this.#options;
    const proven = this.#open && clock.now() - this.#openedAt >= PROVEN_MS;
    // A server that says that it restarts has done nothing wrong, however short its life was.
    if (proven || code === CLOSE.RESTART) this.#attempt = 0;
    this.#release();
    this.#timer(backoff(this.#attempt++, random()), () => this.#retry());
    this.#events.lost(code);
  }

  #retry(): void {
    this.#cancelTimer();
    this.start();
  }

  /** Lets go of the socket without waiting for its closing handshake, which may never come. */
  #release(): void {
    this.#turn++;
    this.#cancelTimer();
    this.#socket?.close();
    this.#socket = null;
    this.#open = false;
  }

  #timer(ms: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(ms, task);
  }
}

const utf8 = new TextDecoder();

/** The frames in one WebSocket frame of either form (PROTOCOL §2), or null when it holds none. */
function decode(data: string | ArrayBuffer): readonly ServerFrame[] | null {
  try {
    const json = JSON.parse(typeof data === "string" ? data : utf8.decode(data));
    return Array.isArray(json) ? json : [json];
  } catch {
    return null;
  }
}
