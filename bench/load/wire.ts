/** A WebSocket client that costs the generator little: bytes in, whole payloads out, hardly copied. */
import { Buffer } from "node:buffer";
import { createConnection, type Socket } from "node:net";

/** What the generator asks of a server. */
export type Sent =
  | { readonly type: "join"; readonly roomId: number; readonly username: string }
  | {
    readonly type: "message";
    readonly roomId: number;
    readonly text: string;
    readonly txnId: string;
  };

/** A connection that speaks a server's framing, whatever that is. */
export interface Wire {
  send(frame: Sent): void;
  /** Hands over the JSON of each frame, valid during the call alone; `fail` is told what `take` throws. */
  listen(take: (json: Uint8Array) => void, fail: (error: unknown) => void): void;
  close(): void;
}

/** One connection. Only what a chat server sends: unfragmented text and binary, ping, close. */
export class LoadSocket implements Wire {
  /** Told of each payload, once somebody listens. */
  #take: ((payload: Buffer) => void) | undefined;
  #fail: (error: unknown) => void = () => {};
  /** What came before anybody listened, or the begin of a frame whose end did not come yet. */
  #rest: Buffer[] = [];
  #have = 0;
  #need = 0;

  private constructor(private readonly connection: Socket) {}

  /** Opens a path, as in `/ws?batch=1`. */
  static open(port: number, path: string): Promise<LoadSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<LoadSocket>();
    const connection = createConnection({ host: "127.0.0.1", port, noDelay: true });
    const socket = new LoadSocket(connection);
    connection.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    let head = "";
    const readHead = (bytes: Buffer) => {
      const before = head.length;
      head += bytes.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      if (!head.startsWith("HTTP/1.1 101")) return reject(new Error(`not upgraded: ${head}`));
      connection.off("data", readHead);
      connection.on("data", (bytes) => socket.#read(bytes as Buffer));
      const left = bytes.subarray(end + 4 - before);
      if (left.length > 0) socket.#read(left);
      resolve(socket);
    };
    connection.on("data", readHead as (bytes: Buffer | string) => void);
    connection.on("error", reject);
    connection.on("close", () => reject(new Error("the server closed before the upgrade")));
    return promise;
  }

  listen(take: (payload: Buffer) => void, fail: (error: unknown) => void): void {
    this.#take = take;
    this.#fail = fail;
    if (this.#have > 0) this.#read(Buffer.alloc(0));
  }

  /** Sends JSON as a text frame. */
  send(frame: Sent): void {
    this.sendText(JSON.stringify(frame));
  }

  /** Sends a text frame, masked with zeros (RFC 6455 §5.3 asks for a mask, and zeros are one). */
  sendText(text: string): void {
    const length = Buffer.byteLength(text);
    const head = length > 125 ? 8 : 6;
    const frame = Buffer.alloc(length + head);
    frame[0] = 0x81;
    frame[1] = 0x80 | (length > 125 ? 126 : length);
    if (length > 125) frame.writeUInt16BE(length, 2);
    frame.write(text, head);
    this.connection.write(frame);
  }

  close(): void {
    this.connection.destroy();
  }

  #read(bytes: Buffer): void {
    try {
      if (this.#take !== undefined) this.#frames(bytes, this.#take);
      else {
        this.#rest.push(Buffer.from(bytes));
        this.#have += bytes.length;
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #frames(bytes: Buffer, take: (payload: Buffer) => void): void {
    let buffer = bytes;
    if (this.#have > 0) {
      this.#rest.push(bytes);
      this.#have += bytes.length;
      if (this.#have < this.#need) return;
      buffer = Buffer.concat(this.#rest);
      this.#rest = [];
      this.#have = 0;
    }
    let start = 0;
    while (start < buffer.length) {
      const have = buffer.length - start;
      let length = have < 2 ? 0 : buffer[start + 1] as number;
      let head = 2;
      if (length > 125) {
        head = length === 126 ? 4 : 10;
        if (have >= head) {
          length = head === 4 ? buffer.readUInt16BE(start + 2) : buffer.readUInt32BE(start + 6);
        }
      }
      if (have < head + length) {
        this.#rest = [Buffer.from(buffer.subarray(start))];
        this.#have = have;
        this.#need = head + length;
        return;
      }
      const payload = buffer.subarray(start + head, start + head + length);
      if (this.#isData(buffer[start] as number, payload)) take(payload);
      start += head + length;
    }
  }

  /** Whether a frame is text or binary; pings are answered. */
  #isData(opcode: number, payload: Buffer): boolean {
    switch (opcode) {
      case 0x81:
      case 0x82:
        return true;
      case 0x89:
        this.connection.write(Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
        return false;
      case 0x88:
        throw new Error(`the server closed: ${payload.subarray(2)}`);
      default:
        throw new Error(`a frame that nobody expects: ${opcode.toString(16)}`);
    }
  }
}
