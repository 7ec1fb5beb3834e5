/**
 * A client of the wire protocol, written from docs/protocol.md alone: it shares no code with the
 * server or the browser. `npm:ws`, because Deno's own client delays frames over 1 KB.
 */
import { WebSocket } from "ws";

/** A frame as it came. */
// deno-lint-ignore no-explicit-any -- a test reads whatever came; that is its point
export type Frame = Record<string, any>;

/** One connection. */
export class Wire implements Disposable {
  /** All frames, in order. */
  readonly frames: Frame[] = [];
  /** How it ended; undefined while it is open. */
  closed: number | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data: Uint8Array) => {
      const json = JSON.parse(new TextDecoder().decode(data));
      this.frames.push(...[json].flat());
      this.#wake();
    });
    socket.on("close", (code: number) => {
      this.closed = code;
      this.#wake();
    });
    // A broken connection is told by `close`.
    socket.on("error", () => {});
  }

  /** Connects; rejects with the HTTP status when the upgrade is refused. */
  static async connect(
    server: { url: string },
    { batch = false, headers = {}, ca }: {
      batch?: boolean;
      headers?: Record<string, string>;
      /** Whose certificates to trust, in PEM. */
      ca?: string;
    } = {},
  ): Promise<Wire> {
    const url = `${server.url.replace("http", "ws")}/ws${batch ? "?batch=1" : ""}`;
    const socket = new WebSocket(url, { ca, headers, handshakeTimeout: 10_000 });
    const wire = new Wire(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("error", reject);
    });
    return wire;
  }

  /** Connects and joins a room under a name. */
  static async join(
    server: { url: string },
    username: string,
    options: { roomId?: number; batch?: boolean; after?: number; epoch?: string } = {},
  ): Promise<Wire> {
    const { roomId = 1, batch, after, epoch } = options;
    const wire = await Wire.connect(server, { batch });
    wire.send({ type: "join", roomId, username, after, epoch });
    await wire.next("joined");
    return wire;
  }

  /** Sends a frame, or any text. */
  send(frame: Frame | string): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Sends a message and gives the answer to it. */
  async say(text: string, txnId: string = crypto.randomUUID(), roomId = 1): Promise<Frame> {
    this.send({ type: "message", roomId, text, txnId });
    return await this.where((frame) =>
      frame.txnId === txnId && (frame.type === "ack" || frame.type === "error")
    );
  }

  /** The next frame of a type that no earlier call has given. */
  async next(type: string): Promise<Frame> {
    return await this.where((frame) => frame.type === type);
  }

  /** The first frame that fits and that no earlier call has given. */
  async where(fits: (frame: Frame) => boolean): Promise<Frame> {
    const find = () => this.frames.find((frame) => !this.#given.has(frame) && fits(frame));
    await this.until(() => find() !== undefined);
    const frame = find() as Frame;
    this.#given.add(frame);
    return frame;
  }

  /** Waits until something holds, looking whenever a frame comes. */
  async until(holds: () => boolean): Promise<void> {
    const timeout = AbortSignal.timeout(20_000);
    while (!holds()) {
      if (timeout.aborted || this.closed !== undefined) {
        const last = JSON.stringify(this.frames.slice(-5)).slice(0, 2000);
        throw new Error(`waited in vain (closed: ${this.closed}); the last frames: ${last}`);
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        timeout.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Waits for the end of the connection and gives its code. */
  async end(): Promise<number> {
    while (this.closed === undefined) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this.closed;
  }

  /** The texts of the messages that came live, in order. */
  get texts(): string[] {
    return this.frames.filter(({ type }) => type === "message").map(({ message }) => message.text);
  }

  /** Closes properly. */
  async close(): Promise<void> {
    this.socket.close();
    await this.end();
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  readonly #given = new WeakSet<Frame>();

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
