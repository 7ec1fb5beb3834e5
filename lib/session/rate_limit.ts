/** A token bucket per user: a steady rate, and a burst of three seconds of it. */

/** Seconds' worth of messages that may come at once. */
const BURST_SECONDS = 3;

/** What a user may still send. */
export interface Allowance {
  /** Messages that may come at once after a silence of … */
  readonly quota: number;
  /** … this many seconds. */
  readonly windowSeconds: number;
  /** Messages that may come at once now. */
  readonly remaining: number;
  /** Seconds until there is one more; 0 when nothing was taken. */
  readonly resetSeconds: number;
}

/**
 * Limits how often each user may send.
 * Own code because it must answer at once, in the path of every message, to keep their order.
 */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  #sweepAt = 1000;

  /** @param perSecond 0 is no limit */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes one token. 0 when there was one, else the milliseconds until there will be. */
  take(userId: string): number {
    if (this.perSecond === 0) return 0;
    const now = this.now();
    const tokens = this.#tokens(userId, now);
    const allowed = tokens >= 1;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    this.#buckets.set(userId, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed ? 0 : Math.ceil((1 - tokens) * 1000 / this.perSecond);
  }

  /** What the user may send now; undefined when there is no limit. */
  allowance(userId: string): Allowance | undefined {
    if (this.perSecond === 0) return undefined;
    const quota = this.#full;
    const tokens = this.#tokens(userId, this.now());
    const remaining = Math.floor(tokens);
    const missing = tokens === quota ? 0 : remaining + 1 - tokens;
    const resetSeconds = Math.ceil(missing / this.perSecond);
    return { quota, windowSeconds: BURST_SECONDS, remaining, resetSeconds };
  }

  get #full(): number {
    return this.perSecond * BURST_SECONDS;
  }

  #tokens(userId: string, now: number): number {
    const bucket = this.#buckets.get(userId);
    if (bucket === undefined) return this.#full;
    const refill = Math.max(0, now - bucket.at) * this.perSecond / 1000;
    return Math.min(this.#full, bucket.tokens + refill);
  }

  /** Forgets users whose bucket has filled up again: they are as good as new. */
  #sweep(now: number): void {
    for (const [userId, { at }] of this.#buckets) {
      if (now - at >= BURST_SECONDS * 1000) this.#buckets.delete(userId);
    }
    this.#sweepAt = Math.max(1000, this.#buckets.size * 2);
  }
}
