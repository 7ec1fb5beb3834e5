/** A WebSocket client that costs the generator little: bytes in, whole payloads out, nothing copied. */
const encoder = new TextEncoder();

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
  /** Hands over the JSON of each frame until the connection ends; it is valid during the call alone. */
  listen(take: (json: Uint8Array) => void): Promise<void>;
  close(): void;
}

/** One connection. Only what a chat server sends: unfragmented text and binary, ping, close. */
export class LoadSocket implements Wire {
  #buffer = new Uint8Array(16_384);
  #filled = 0;
  #used = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(private readonly connection: Deno.TcpConn) {}

  /** Opens a path, as in `/ws?batch=1`. */
  static async open(port: number, path: string): Promise<LoadSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const socket = new LoadSocket(connection);
    socket.#write(encoder.encode(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ));
    await socket.#readHead();
    return socket;
  }

  /** Sends JSON as a text frame. */
  send(frame: Sent): void {
    this.sendText(JSON.stringify(frame));
  }

  /** Sends a text frame, masked with zeros (RFC 6455 §5.3 asks for a mask, and zeros are one). */
  sendText(text: string): void {
    const payload = encoder.encode(text);
    const long = payload.length > 125;
    const frame = new Uint8Array(payload.length + (long ? 8 : 6));
    frame[0] = 0x81;
    frame[1] = 0x80 | (long ? 126 : payload.length);
    if (long) new DataView(frame.buffer).setUint16(2, payload.length);
    frame.set(payload, frame.length - payload.length);
    this.#write(frame);
  }

  async listen(take: (payload: Uint8Array) => void): Promise<void> {
    while (true) {
      for (let payload = this.#next(); payload !== undefined; payload = this.#next()) take(payload);
      if (!await this.#fill()) return;
    }
  }

  close(): void {
    try {
      this.connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  /** The next whole frame that is in the buffer; pings are answered on the way. */
  #next(): Uint8Array | undefined {
    while (true) {
      const buffer = this.#buffer;
      const start = this.#used;
      const have = this.#filled - start;
      if (have < 2) return;
      let length = buffer[start + 1] as number;
      let head = 2;
      if (length > 125) {
        head = length === 126 ? 4 : 10;
        if (have < head) return;
        const view = new DataView(buffer.buffer, start);
        length = head === 4 ? view.getUint16(2) : Number(view.getBigUint64(2));
      }
      if (have < head + length) {
        this.#room(head + length);
        return;
      }
      this.#used = start + head + length;
      const payload = buffer.subarray(start + head, this.#used);
      switch (buffer[start]) {
        case 0x81:
        case 0x82:
          return payload;
        case 0x89:
          this.#write(new Uint8Array([0x8a, 0x80 | length, 0, 0, 0, 0, ...payload]));
          break;
        case 0x88:
          throw new Error(`the server closed: ${new TextDecoder().decode(payload.subarray(2))}`);
        default:
          throw new Error(`a frame that nobody expects: ${buffer[start]?.toString(16)}`);
      }
    }
  }

  /** Makes room for a frame of so many bytes. */
  #room(bytes: number): void {
    if (this.#buffer.length >= bytes) return;
    const larger = new Uint8Array(bytes * 2);
    larger.set(this.#buffer.subarray(this.#used, this.#filled));
    this.#filled -= this.#used;
    this.#used = 0;
    this.#buffer = larger;
  }

  async #fill(): Promise<boolean> {
    if (this.#used > 0) {
      this.#buffer.copyWithin(0, this.#used, this.#filled);
      this.#filled -= this.#used;
      this.#used = 0;
    }
    try {
      const count = await this.connection.read(this.#buffer.subarray(this.#filled));
      this.#filled += count ?? 0;
      return count !== null;
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
        return false;
      }
      throw error;
    }
  }

  async #readHead(): Promise<void> {
    const decoder = new TextDecoder("latin1");
    while (true) {
      const head = decoder.decode(this.#buffer.subarray(0, this.#filled));
      const end = head.indexOf("\r\n\r\n");
      if (end !== -1) {
        if (!head.startsWith("HTTP/1.1 101")) throw new Error(`not upgraded: ${head}`);
        this.#used = end + 4;
        return;
      }
      if (!await this.#fill()) throw new Error("the server closed before the upgrade");
    }
  }

  #write(bytes: Uint8Array): void {
    this.#sending = this.#sending.then(async () => {
      for (let rest = bytes; rest.length > 0;) {
        rest = rest.subarray(await this.connection.write(rest));
      }
    });
  }
}
