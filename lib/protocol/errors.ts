/** Every error a client can be told, in one table, and the exception that carries one to the edge. */

/** Code → the sentence a person reads when nothing more exact is known. */
export const ERRORS = {
  invalid_message: "That frame is not a valid message.",
  unknown_type: "This server does not know that type of frame.",
  unauthenticated: "Choose a name first.",
  forbidden: "You are not allowed to do that.",
  not_found: "There is no such room.",
  not_joined: "Join the room first.",
  username_taken: "That name is taken. Choose another one.",
  name_taken: "There is a group with that name already.",
  rate_limited: "Too many messages at once. Wait a moment.",
  save_failed: "The message could not be saved, nobody saw it. Try again.",
  overloaded: "The server is too busy to keep this safe. Try again soon.",
} as const;

/** A code of PROTOCOL §2. */
export type ErrorCode = keyof typeof ERRORS;

/** What is thrown inside, and turned into an `error` frame (or a page) at the edge. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";

  /**
   * @param code what a program acts on
   * @param message what a person reads
   * @param retryAfter milliseconds until a retry makes sense, for `rate_limited`
   */
  constructor(
    readonly code: ErrorCode,
    message: string = ERRORS[code],
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** How a server closes a WebSocket, and what the client should make of it (RFC 6455 §7.4). */
export const CLOSE = {
  /** A frame was larger than `MAX_FRAME_BYTES`: do not send it again. */
  TOO_LARGE: 1009,
  /** The session may be over: connect again, if there is another. */
  SIGNED_OUT: 1008,
  /** The server restarts: reconnect with backoff and resume. */
  RESTART: 1012,
  /** The client did not drain: reconnect and resume from its cursor. */
  TRY_LATER: 1013,
} as const;
