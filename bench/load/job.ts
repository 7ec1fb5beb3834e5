/** What the load generator is asked, and what it answers. */

/** A load. */
export interface Job {
  readonly port: number;
  /** The rooms' numbers. */
  readonly rooms: readonly number[];
  /** Connections in each room. */
  readonly members: number;
  /** Messages of each room that are on their way at once: the next goes when all have seen one. */
  readonly inFlight: number;
  /** Messages a second over all rooms, whatever comes back; instead of `inFlight`. */
  readonly rate?: number | undefined;
  /** How long is measured, after a second of warming up. */
  readonly seconds: number;
  /** Whether clients ask for `?batch=1`. */
  readonly batch: boolean;
  /** The framing, where it is not plain JSON in WebSocket frames at `/ws`. */
  readonly wire?: "socket.io" | undefined;
}

/** What was measured. */
export interface Figures {
  /** Events that reached a member, per second. */
  readonly delivered: number;
  /** Messages seen by all members, per second. */
  readonly accepted: number;
  /** From send to seen by all, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** The generator's share of its core: near 1 it may be what is measured. */
  readonly generatorCpu: number;
}
