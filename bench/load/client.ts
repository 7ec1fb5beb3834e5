/** A client that asks one thing after the other; what it did not ask for costs it little. */
import { Buffer } from "node:buffer";
import { LoadSocket } from "./wire.ts";

/** What is read of frames; which of it is there depends on the type. */
export interface Frame {
  readonly type: string;
  readonly history?: readonly unknown[];
  readonly messages?: readonly unknown[];
}

/** An answer, and its size on the wire. */
export interface Answer {
  readonly frame: Frame;
  readonly bytes: number;
}

/** One connection. */
export class Client {
  /** Frames that came, asked for or not. */
  frames = 0;
  #sought: { type: string; found: (answer: Answer) => void } | undefined;

  private constructor(private readonly socket: LoadSocket) {}

  /** Opens a connection; `fail` is told what goes wrong with it, whenever it does. */
  static async open(port: number, fail: (error: unknown) => void): Promise<Client> {
    const socket = await LoadSocket.open(port, "/ws?batch=1");
    const client = new Client(socket);
    socket.listen((payload) => client.#take(payload), fail);
    return client;
  }

  /** Sends a frame and waits for the next one of this type. */
  ask(frame: Record<string, unknown>, type: string): Promise<Answer> {
    this.socket.sendText(JSON.stringify(frame));
    return new Promise((found) => this.#sought = { type, found });
  }

  close(): void {
    this.socket.close();
  }

  #take(payload: Uint8Array): void {
    this.frames++;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    if (bytes.includes('"type":"error"')) throw new Error(`refused: ${bytes}`);
    const sought = this.#sought;
    // Thousands of frames about others come meanwhile: only what is asked for is parsed.
    if (sought === undefined || !bytes.includes(`"type":"${sought.type}"`)) return;
    const parsed: Frame | Frame[] = JSON.parse(bytes.toString());
    const frame = [parsed].flat().find(({ type }) => type === sought.type);
    if (frame === undefined) return;
    this.#sought = undefined;
    sought.found({ frame, bytes: bytes.length });
  }
}
