/** A bad network between two processes: TCP that is cut, goes silent, or is slow. */
import { pause } from "../temp.ts";

/** A connection that passes through. */
interface Link {
  readonly sides: readonly Deno.Conn[];
  /** How many more bytes go through before it is cut. */
  cutAfter: number;
  /** Open for ever, and nothing comes any more: what a pulled cable looks like. */
  stranded: boolean;
}

/** Passes bytes on to a target, as badly as it is told to. */
export class Proxy implements Disposable {
  /** How long each piece is under way, in milliseconds. */
  delayMs = 0;
  /** Most bytes that come back to a client in a second; undefined is no limit. */
  bytesPerSecond: number | undefined;
  /** While true nothing gets through; later all of it does. */
  silent = false;
  /** While true new connections are answered by an HTTP error, and old ones are cut. */
  failing = false;
  /** Its own address. */
  readonly url: string;
  readonly #links = new Set<Link>();
  readonly #listeners: Deno.TcpListener[] = [];

  /** @param target where to, asked at each connection; undefined refuses it */
  constructor(target: () => URL | undefined) {
    this.url = this.leadTo(target);
  }

  /** Another way through the same network; gives its address. */
  leadTo(target: () => URL | undefined): string {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#listeners.push(listener);
    this.#accept(listener, target);
    return `http://127.0.0.1:${listener.addr.port}`;
  }

  /** Cuts each open connection after so many more bytes, wherever in a frame that is. */
  cut(bytes: () => number = () => 0): void {
    for (const link of this.#links) {
      link.cutAfter = bytes();
      if (link.cutAfter === 0) close(link);
    }
  }

  /** Leaves the open connections half open: nothing comes through them any more. */
  strand(): void {
    for (const link of this.#links) link.stranded = true;
  }

  [Symbol.dispose](): void {
    for (const listener of this.#listeners) listener.close();
    for (const link of this.#links) close(link);
  }

  async #accept(listener: Deno.TcpListener, target: () => URL | undefined): Promise<void> {
    for await (const client of listener) this.#connect(client, target());
  }

  async #connect(client: Deno.TcpConn, target: URL | undefined): Promise<void> {
    if (target === undefined) return client.close();
    if (this.failing) return await refuse(client);
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: target.hostname, port: Number(target.port) });
    } catch {
      return client.close();
    }
    const link = { sides: [client, server], cutAfter: Infinity, stranded: false };
    this.#links.add(link);
    await Promise.race([
      this.#pump(link, client, server),
      this.#pump(link, server, client),
    ]);
    close(link);
    this.#links.delete(link);
  }

  /** Resolves when one side is closed. */
  async #pump(link: Link, from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const slow = this.bytesPerSecond !== undefined && to === link.sides[0];
        const count = await from.read(slow ? buffer.subarray(0, 1) : buffer);
        if (count === null) return;
        if (slow) await pause(1000 / (this.bytesPerSecond ?? 1));
        if (this.delayMs > 0) await pause(this.delayMs);
        while (this.silent || link.stranded) await pause(20);
        if (this.failing) return;
        const passed = Math.min(count, link.cutAfter);
        link.cutAfter -= passed;
        for (let done = 0; done < passed;) done += await to.write(buffer.subarray(done, passed));
        if (link.cutAfter === 0) return;
      }
    } catch {
      // One side is gone, so the other goes, too.
    }
  }
}

function close({ sides }: Link): void {
  for (const side of sides) {
    try {
      side.close();
    } catch {
      // It was closed before.
    }
  }
}

async function refuse(client: Deno.Conn): Promise<void> {
  const text =
    "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  try {
    await client.read(new Uint8Array(16_384));
    await client.write(new TextEncoder().encode(text));
    client.close();
  } catch {
    // The client did not wait for the answer.
  }
}
