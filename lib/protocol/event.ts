/** A durable event: one place in a room's log. */
import type { AckFrame, Message, MessageFrame } from "./server_frames.ts";

/**
 * An event together with the JSON that clients get.
 * The JSON is made once, when the event gets its number; journal, archive and every socket reuse it.
 */
export interface LogEvent {
  readonly seq: number;
  readonly frame: MessageFrame;
  /** `JSON.stringify(frame)`. */
  readonly json: string;
}

/** Where a send ended up: what an `ack` says, now and at every retry. */
export interface Receipt {
  readonly id: string;
  readonly seq: number;
  readonly ts: number;
}

/** The event that puts a message into a log. */
export function messageEvent(message: Message): LogEvent {
  const frame: MessageFrame = { type: "message", roomId: message.roomId, message };
  return { seq: message.seq, frame, json: JSON.stringify(frame) };
}

/** The event as it comes back from a store that kept its JSON. */
export function eventFromJson(json: string): LogEvent {
  const frame = JSON.parse(json) as MessageFrame;
  return { seq: frame.message.seq, frame, json };
}

/** The `ack` frame for a receipt. */
export function ackFrame(roomId: number, receipt: Receipt, txnId?: string): AckFrame {
  return { type: "ack", txnId, roomId, id: receipt.id, seq: receipt.seq, ts: receipt.ts };
}
