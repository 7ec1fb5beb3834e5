/** Whether a room's log has the order in which people can tell that they spoke. */
import type { RoomLog } from "./room_log.ts";
import type { Sent } from "./sent.ts";

/** A log, and what is known of those who speak in it. */
export interface RoomOrder {
  readonly roomId: number;
  readonly log: RoomLog;
  readonly sentAs: (txnId: string | undefined) => Sent | undefined;
  /** Who was refused once: what they send again may have changed places. */
  readonly refusedSenders: ReadonlySet<string>;
  readonly object: (violation: string) => void;
}

/** Goes through the log once. */
export function judgeOrder({ roomId, log, sentAs, refusedSenders, object }: RoomOrder): void {
  let lastTs = 0;
  let latestSend = { at: 0, seq: 0 };
  const lastOrders = new Map<string, number>();
  for (const [index, place] of log.places.entries()) {
    const seq = index + 1;
    if (place === undefined) continue;
    if (place.ts < lastTs) object(`room ${roomId}: the time of ${seq} goes back`);
    lastTs = place.ts;
    const sent = sentAs(place.txnId);
    if (sent === undefined) continue;
    if (sent.ackedAt < latestSend.at) {
      object(
        `room ${roomId}: ${seq} was acknowledged before ${latestSend.seq} was sent, and follows it`,
      );
    }
    if (sent.at > latestSend.at) latestSend = { at: sent.at, seq };
    // After a refusal a message goes out again, behind others or before an answer that was lost.
    const moved = refusedSenders.has(sent.sender) && sent.attempts > 1;
    if (moved) continue;
    if (sent.order < (lastOrders.get(sent.sender) ?? -1)) {
      object(`room ${roomId}: ${seq} of ${sent.sender} follows what was sent after it`);
    }
    lastOrders.set(sent.sender, sent.order);
  }
}
