/** What stands in a log for a message that a disk has spoilt, so that all others keep their numbers. */
import { NIL, v7 as uuidv7 } from "uuid";
import { type LogEvent, messageEvent } from "./event.ts";

const TEXT = "This message was damaged on the server's disk and can't be shown.";

/** A notice in the place of a message. */
export function lostMessage(roomId: number, seq: number, ts: number, id = uuidv7()): LogEvent {
  return messageEvent({ id, seq, roomId, userId: NIL, sender: "Parley", text: TEXT, ts });
}
