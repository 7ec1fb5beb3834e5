/** What somebody sent, and what they were told of it. */
import type { Ack, Draft } from "./frames.ts";
import type { Place } from "./room_log.ts";

/** A draft on its way. Times are milliseconds of one clock. */
export type Sent = Draft & {
  /** Its place among all that was sent. */
  readonly order: number;
  readonly at: number;
  attempts: number;
  refusals: number;
  ack?: Ack;
  /** Infinity until then. */
  ackedAt: number;
  /** When its sender was told that its message is not there any more; undefined when never. */
  deniedAt?: number;
};

/** Where something stands in the end. */
export interface Found {
  readonly roomId: number;
  readonly seq: number;
  readonly place: Place;
}

/** What is wrong with where something stands, or with its standing nowhere. */
export function problemOf(
  { roomId, ack, attempts, refusals }: Sent,
  found: Found | undefined,
): string | undefined {
  if (found !== undefined && found.roomId !== roomId) {
    return `stands in room ${found.roomId}, it was sent to ${roomId}`;
  }
  if (ack === undefined) {
    const refused = found !== undefined && refusals === attempts;
    return refused ? `was refused, and stands at ${found.seq}` : undefined;
  }
  if (found === undefined) return `was acknowledged as ${ack.seq} of room ${roomId} and is lost`;
  const { seq, place: { id, ts } } = found;
  if (seq === ack.seq && id === ack.id && ts === ack.ts) return undefined;
  return `was acknowledged as ${ack.seq} and stands at ${seq}`;
}
