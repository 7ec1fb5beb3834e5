/** A client of the TCP gateway, written from docs/protocol.md alone. */
import { connect, type Socket } from "node:net";
import type { Frame } from "../wire.ts";

/** One connection; each frame is a line. */
export class LineClient implements Disposable {
  readonly frames: Frame[] = [];
  readonly ended: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(readonly socket: Socket) {
    // The last piece is half a line, or none.
    let rest = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.frames.push(...lines.map((line) => JSON.parse(line)));
      this.#wake();
    });
    // A broken connection is told by `close`.
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      const end = () => {
        socket.end();
        this.#closed = true;
        this.#wake();
        resolve();
      };
      socket.on("end", end);
      socket.on("close", end);
    });
  }

  /** Connects; the first lines go out at once. */
  static open(port: number, ...first: Frame[]): LineClient {
    const client = new LineClient(connect({ port, host: "127.0.0.1", allowHalfOpen: true }));
    client.send(...first);
    return client;
  }

  send(...frames: Frame[]): void {
    this.socket.write(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""));
  }

  /** The first frame that fits, whenever it comes. */
  async where(fits: (frame: Frame) => boolean): Promise<Frame> {
    const timeout = AbortSignal.timeout(20_000);
    for (;;) {
      const frame = this.frames.find(fits);
      if (frame !== undefined) return frame;
      if (timeout.aborted || this.#closed) {
        throw new Error(`waited in vain; the last: ${JSON.stringify(this.frames.slice(-3))}`);
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        timeout.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
