/** TCP: frames as JSON, one a line, to and from a session (PROTOCOL §3). */
import { type Log, reason } from "../log.ts";
import { CLOSE, ProtocolError } from "../protocol/errors.ts";
import type { Session } from "../session/session.ts";
import type { Transport } from "../session/transport.ts";
import { linesOf, LineTooLongError } from "./lines.ts";

/** Who does not say who they are within this is closed unless said otherwise, in milliseconds. */
const IDENTIFY_MS = 10_000;
/** Who says nothing for this long is closed; a `ping` is enough, in milliseconds. */
const IDLE_MS = 5 * 60_000;
/** How long what is left to say may take at the end unless said otherwise, in milliseconds. */
const FAREWELL_MS = 10_000;
/** Bytes that are read at once at most. */
const READ_BYTES = 65_536;
/** Connections that one address may have. */
const MAX_PER_ADDRESS = 200;

/** How connections are served. */
export interface TcpOptions {
  /** Longer lines end the connection. */
  readonly maxLineBytes: number;
  /** Called once for each connection. */
  readonly open: (transport: Transport) => Session;
  readonly log: Log;
  /** How long a client may take to say who they are, in milliseconds. */
  readonly identifyMs?: number;
  /** How long a client may take to hear the last of it, in milliseconds. */
  readonly farewellMs?: number;
}

/** A gateway that listens. */
export interface Gateway {
  readonly addr: Deno.NetAddr;
  /** Takes no new connections. Those that are open end with their sessions. */
  close(): void;
}

/** Serves each connection of a listener by a session of its own. */
export function serveTcp(
  listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>,
  options: TcpOptions,
): Gateway {
  const perAddress = new Map<string, number>();
  accept(listener, perAddress, options);
  return { addr: listener.addr as Deno.NetAddr, close: () => listener.close() };
}

async function accept(
  listener: Deno.Listener<Deno.TcpConn | Deno.TlsConn>,
  perAddress: Map<string, number>,
  options: TcpOptions,
): Promise<void> {
  for (;;) {
    try {
      const connection = await listener.accept();
      const { hostname } = connection.remoteAddr as Deno.NetAddr;
      const count = perAddress.get(hostname) ?? 0;
      if (count >= MAX_PER_ADDRESS) {
        connection.close();
        continue;
      }
      perAddress.set(hostname, count + 1);
      serve(connection, options).finally(() => {
        const left = (perAddress.get(hostname) ?? 1) - 1;
        if (left === 0) perAddress.delete(hostname);
        else perAddress.set(hostname, left);
      });
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return;
      // One that went away while it was accepted, or files that have run out for a moment.
      options.log.warn("a TCP connection could not be accepted", { reason: reason(error) });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** From the first byte to the last; it never rejects. */
async function serve(
  connection: Deno.TcpConn | Deno.TlsConn,
  options: TcpOptions,
): Promise<void> {
  const { maxLineBytes, open, log } = options;
  const { identifyMs = IDENTIFY_MS, farewellMs = FAREWELL_MS } = options;
  const transport = new LineTransport(connection, farewellMs);
  const session = open(transport);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const identify = setTimeout(() => {
    if (session.identified) return;
    session.reject(new ProtocolError("unauthenticated"));
    transport.close(CLOSE.SIGNED_OUT, "say who you are first");
  }, identifyMs);
  let idle = setTimeout(end, IDLE_MS);
  function end(): void {
    transport.close(CLOSE.TRY_LATER, "nothing was said for long; send a ping now and then");
  }
  try {
    for await (const line of linesOf(bytesOf(connection), maxLineBytes)) {
      clearTimeout(idle);
      idle = setTimeout(end, IDLE_MS);
      receive(session, decoder, line);
    }
    // The client has said all: it still hears what became of it.
    await session.settled(farewellMs);
    transport.close(1000, "that was all");
  } catch (error) {
    if (error instanceof LineTooLongError) {
      session.reject(
        new ProtocolError("invalid_message", `A line has ${maxLineBytes} bytes at most.`),
      );
      transport.close(CLOSE.TOO_LARGE, "line too long");
    } else {
      log.debug("a TCP connection broke off", { reason: reason(error) });
    }
  } finally {
    clearTimeout(identify);
    clearTimeout(idle);
    session.closed();
    await transport.ended();
  }
}

/** What comes in. Unlike `readable` it leaves the way out open when the other side has said all. */
async function* bytesOf(connection: Deno.TcpConn | Deno.TlsConn): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(READ_BYTES);
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) return;
    yield buffer.subarray(0, count);
  }
}

function receive(session: Session, decoder: TextDecoder, line: Uint8Array): void {
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return session.reject(new ProtocolError("invalid_message", "A line must be UTF-8."));
  }
  session.receive(text);
}

/** Behaviour as {@link Transport} promises; frames of one moment leave in one write. */
class LineTransport implements Transport {
  readonly batch = false;
  readonly #encoder = new TextEncoder();
  readonly #done = Promise.withResolvers<void>();
  #lines: string[] = [];
  #waiting = 0;
  #writing = false;
  #closing = false;
  #farewell: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connection: Deno.TcpConn | Deno.TlsConn,
    private readonly farewellMs: number,
  ) {}

  get buffered(): number {
    return this.#waiting;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#closing) return;
    const line = typeof data === "string" ? data : new TextDecoder().decode(data);
    this.#lines.push(line);
    this.#waiting += line.length + 1;
    this.#start();
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    // What a WebSocket says in its close frame.
    this.send(JSON.stringify({ type: "closed", code, reason }));
    this.#finish();
    // Who does not take what is left is not waited for.
    if (code === CLOSE.TRY_LATER) this.#end();
  }

  /** Resolves when all was sent that could be, at the latest after a while; then it is closed. */
  async ended(): Promise<void> {
    this.#finish();
    this.#start();
    await this.#done.promise;
  }

  /** Nothing more is to be said; what is left may take its while, and no longer. */
  #finish(): void {
    this.#closing = true;
    this.#farewell ??= setTimeout(() => this.#end(), this.farewellMs);
  }

  #start(): void {
    if (this.#writing) return;
    this.#writing = true;
    queueMicrotask(() => this.#write());
  }

  async #write(): Promise<void> {
    try {
      while (this.#lines.length > 0) {
        const lines = this.#lines;
        const chars = this.#waiting;
        this.#lines = [];
        await this.#writeAll(this.#encoder.encode(`${lines.join("\n")}\n`));
        this.#waiting -= chars;
      }
    } catch {
      // The other side is gone, which the reading side tells, too.
      this.#closing = true;
    }
    this.#writing = false;
    if (this.#closing) this.#end();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.connection.write(bytes.subarray(at));
    }
  }

  #end(): void {
    clearTimeout(this.#farewell);
    this.#lines = [];
    try {
      this.connection.close();
    } catch (error) {
      // It was closed by the other side.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    this.#done.resolve();
  }
}
