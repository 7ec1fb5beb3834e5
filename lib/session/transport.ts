/** A way in for clients: bytes in, frames out. What a session needs of it. */

/** One client's connection. */
export interface Transport {
  /** Whether one frame may hold several events (`/ws?batch=1`). */
  readonly batch: boolean;
  /** Bytes that were sent but did not leave yet. */
  readonly buffered: number;
  /** Sends one frame. Does nothing once the connection is gone. */
  send(data: string | Uint8Array<ArrayBuffer>): void;
  /** Ends the connection with one of the codes of `CLOSE`. */
  close(code: number, reason: string): void;
}
