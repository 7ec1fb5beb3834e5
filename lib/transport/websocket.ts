/** WebSockets: RFC 6455 frames to and from a session. */
import { CLOSE, ProtocolError } from "../protocol/errors.ts";
import type { Session } from "../session/session.ts";
import type { Transport } from "../session/transport.ts";

/** The upgrade's idle time-out in seconds: a ping goes out at half of it, and its pong must come. */
export const IDLE_SECONDS = 60;

/** How a socket is to be served. */
export interface WebSocketOptions {
  /** Whether the client asked for several events a frame (`?batch=1`). */
  readonly batch: boolean;
  /** Larger frames close the connection with 1009. */
  readonly maxFrameBytes: number;
  /** Called once, when the socket is open. */
  readonly open: (transport: Transport) => Session;
}

/** Connects an upgraded socket to a session of its own. */
export function serveWebSocket(socket: WebSocket, options: WebSocketOptions): void {
  const { batch, maxFrameBytes, open } = options;
  let session: Session | undefined;
  socket.binaryType = "arraybuffer";
  socket.onopen = () => session = open(new SocketTransport(socket, batch));
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (exceeds(data, maxFrameBytes)) return socket.close(CLOSE.TOO_LARGE, "frame too large");
    if (typeof data === "string") session?.receive(data);
    else session?.reject(new ProtocolError("invalid_message", "A frame must be text."));
  };
  socket.onclose = () => session?.closed();
}

/** Behaviour as {@link Transport} promises. */
class SocketTransport implements Transport {
  constructor(private readonly socket: WebSocket, readonly batch: boolean) {}

  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }
}

/** Whether a frame is larger than `max` bytes; a string is measured only when it may be. */
function exceeds(data: string | ArrayBuffer, max: number): boolean {
  if (typeof data !== "string") return data.byteLength > max;
  if (data.length * 3 <= max) return false;
  return data.length > max || new TextEncoder().encode(data).byteLength > max;
}
