/** An HTTP client that costs the generator little: one connection, one request after the other. */
const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** One kept connection that asks for the same page again and again. */
export class HttpReader {
  readonly #request: Uint8Array;
  #buffer = new Uint8Array(65_536);

  private constructor(private readonly connection: Deno.TcpConn, head: string) {
    this.#request = encoder.encode(head);
  }

  /** Connects; what is read later is `path`, as whoever holds `token`. */
  static async open(port: number, path: string, token: string | undefined): Promise<HttpReader> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const identity = token === undefined ? "" : `Authorization: Bearer ${token}\r\n`;
    return new HttpReader(
      connection,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${identity}\r\n`,
    );
  }

  /**
   * Asks once.
   *
   * @returns the bytes of the answer's body
   * @throws {Error} for any answer but a whole 200
   */
  async read(): Promise<Uint8Array> {
    await this.connection.write(this.#request);
    let filled = 0;
    let end: number | undefined;
    let start = 0;
    while (end === undefined || filled < end) {
      if (filled === this.#buffer.length) this.#grow();
      const count = await this.connection.read(this.#buffer.subarray(filled));
      if (count === null) throw new Error("the server closed in the middle of an answer");
      filled += count;
      if (end !== undefined) continue;
      const head = /^HTTP\/1\.1 (\d+)[^]*?\r\ncontent-length: (\d+)\r\n[^]*?\r\n\r\n/i
        .exec(decoder.decode(this.#buffer.subarray(0, Math.min(filled, 2048))));
      if (head === null) continue;
      if (head[1] !== "200") throw new Error(`refused: ${head[0]}`);
      start = head[0].length;
      end = start + Number(head[2]);
    }
    return this.#buffer.subarray(start, end);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#buffer.length * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
