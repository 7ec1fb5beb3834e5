/** What the client needs of the world around it. Browser, CLI and tests each pass their own. */

/** Time, so that a test can hold it. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Runs `task` once, `ms` from now. The function it returns calls that off. */
  after(ms: number, task: () => void): () => void;
}

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/** What a socket tells its owner. Nothing comes after `closed`. */
export interface SocketEvents {
  opened(): void;
  received(data: string | ArrayBuffer): void;
  /** @param code RFC 6455 §7.4; 1006 when the connection just broke */
  closed(code: number): void;
}

/** One socket, opening or open. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

/** Opens a socket; its events come later, never from inside the call. */
export type Connect = (url: string, events: SocketEvents) => Socket;

/** {@link Connect} on the platform's own `WebSocket`. */
export const connectWebSocket: Connect = (url, events) => {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = (event) => events.received(event.data);
  socket.onclose = (event) => events.closed(event.code);
  return socket;
};

/** The part of the web's `Storage` that is used here. Any call may throw: full, forbidden, gone. */
export interface Store {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A store that forgets with the process: for where there is no lasting one, and for tests. */
export class MemoryStore implements Store {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
}
