/** How long to wait before trying again. */

/** Bounds of a backoff, in milliseconds. */
export interface BackoffBounds {
  /** The longest that the first wait can be. */
  readonly base: number;
  /** The longest that any wait can be. */
  readonly cap: number;
}

const RECONNECT: BackoffBounds = { base: 250, cap: 15_000 };

/**
 * Milliseconds to wait before try number `attempt` (0 is the first retry): exponential with full
 * jitter. A thousand clients of a restarted server so come back spread out, not in waves.
 *
 * @param random a number in [0, 1)
 */
export function backoff(attempt: number, random: number, bounds = RECONNECT): number {
  // 2 ** attempt is Infinity after 1,023 tries; `min` still gives the cap.
  return Math.floor(random * Math.min(bounds.cap, bounds.base * 2 ** attempt));
}
