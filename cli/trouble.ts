/** What goes wrong in a command, as its user is told, and the exit code that scripts act on. */

/** Exit codes, documented in docs/cli.md. 130 is SIGINT, as shells have it. */
export const EXIT = {
  ok: 0,
  /** The server said no, or a message was not taken. */
  refused: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** Nobody is logged in, or no longer. */
  login: 3,
  /** The server can't be reached, or did not acknowledge in time. */
  unreachable: 4,
  /** There is no such room or person. */
  notFound: 5,
} as const;

/** Ends the command: a sentence that says what to do next, and an exit code. */
export class Trouble extends Error {
  override readonly name = "Trouble";

  constructor(
    message: string,
    readonly exitCode: number = EXIT.refused,
    /** Milliseconds until the same may work, where waiting helps. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}
