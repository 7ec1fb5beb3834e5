/** UDP: small things that may be lost, one JSON object a datagram (PROTOCOL §3). */
import { z } from "zod";
import { type Log, reason } from "../log.ts";
import { roomId } from "../protocol/client_frames.ts";
import { statusText } from "../protocol/text.ts";
import type { RateLimit } from "../session/rate_limit.ts";
import type { Gateway } from "./tcp.ts";

/** Larger datagrams are dropped: they would be cut on their way. */
const MAX_BYTES = 1200;

const datagram = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ping"), txnId: z.string().max(64).optional() }),
  z.object({
    type: z.literal("status"),
    token: z.string().min(1).max(1000),
    status: z.enum(["online", "away", "busy"]),
    text: statusText.optional(),
  }),
  z.object({ type: z.literal("typing"), token: z.string().min(1).max(1000), roomId }),
]);

/** What a datagram can mean, beside `ping`. */
export type Signal = Exclude<z.infer<typeof datagram>, { type: "ping" }>;

/** How datagrams are served. */
export interface UdpOptions {
  /** By address. */
  readonly limit: RateLimit;
  /** Does what a datagram asks for; false when whoever sent it may not. */
  readonly signal: (signal: Signal) => Promise<boolean>;
  /** A datagram was garbage, too many, or not allowed. */
  readonly dropped: () => void;
  readonly log: Log;
}

/** Serves datagrams. What is wrong with one is never told: addresses can be forged. */
export function serveUdp(socket: Deno.DatagramConn, options: UdpOptions): Gateway {
  receive(socket, options);
  return { addr: socket.addr as Deno.NetAddr, close: () => socket.close() };
}

async function receive(socket: Deno.DatagramConn, options: UdpOptions): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (;;) {
    try {
      const [bytes, from] = await socket.receive(buffer);
      const done = await handle(bytes, from as Deno.NetAddr, socket, options);
      if (!done) options.dropped();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
        return;
      }
      options.log.debug("a datagram could not be answered", { reason: reason(error) });
    }
  }
}

async function handle(
  bytes: Uint8Array,
  from: Deno.NetAddr,
  socket: Deno.DatagramConn,
  { limit, signal }: UdpOptions,
): Promise<boolean> {
  if (bytes.length > MAX_BYTES || limit.take(from.hostname) > 0) return false;
  const asked = parse(bytes);
  if (asked === undefined) return false;
  if (asked.type !== "ping") return await signal(asked);
  const pong = new TextEncoder().encode(JSON.stringify({ type: "pong", txnId: asked.txnId }));
  // Never more than came: nobody can be flooded by way of this server.
  if (pong.length > bytes.length) return false;
  await socket.send(pong, from);
  return true;
}

function parse(bytes: Uint8Array): z.infer<typeof datagram> | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return datagram.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
