/** A room's log, put together from what everybody saw of it: all must have seen the same. */
import { crc32 } from "node:zlib";
import { factsOf, isScrubbed, type LogFrame } from "./frames.ts";

/** A place in the log, as the first who saw it saw it. */
export interface Place {
  readonly type: LogFrame["type"];
  readonly id: string;
  readonly txnId: string | undefined;
  readonly userId: string;
  readonly sender: string;
  readonly ts: number;
  /** Checksums of the event as it was made, and of what is left of it when its message is deleted. */
  whole?: number;
  scrubbed?: number;
}

/** One room's. */
export class RoomLog {
  /** Index 0 is `seq` 1. */
  readonly places: Place[] = [];
  /** Messages that an event deletes. */
  readonly deleted = new Set<string>();

  /**
   * Somebody saw an event. Tells whether it is the first to be seen in that place and form, seen
   * before, or not what others saw there.
   */
  see(frame: LogFrame): "new" | "known" | "other" {
    const { seq, id, txnId, userId, sender, ts } = factsOf(frame);
    const { type } = frame;
    const form = isScrubbed(frame) ? "scrubbed" : "whole";
    const checksum = crc32(JSON.stringify(frame));
    const place = this.places[seq - 1];
    if (place === undefined) {
      this.places[seq - 1] = { type, id, txnId, userId, sender, ts, [form]: checksum };
      if (type === "message_deleted") this.deleted.add(id);
      return "new";
    }
    if (place[form] !== undefined) return place[form] === checksum ? "known" : "other";
    if (place.type !== type || place.id !== id || place.txnId !== txnId || place.ts !== ts) {
      return "other";
    }
    place[form] = checksum;
    return "new";
  }
}
