/** A durable event: one place in a room's log. */
import type { AckFrame, LogFrame, Message, MessageFrame } from "./server_frames.ts";

/** What every kind of event tells: which message it is about, where it stands, and whose it is. */
export interface EventFacts {
  /** Of the message. */
  readonly id: string;
  readonly seq: number;
  /** Who did it. */
  readonly userId: string;
  /** Unix milliseconds. */
  readonly ts: number;
  readonly txnId?: string;
}

/**
 * An event together with the JSON that clients get.
 * The JSON is made once, when the event gets its number; journal, archive and every socket reuse it.
 */
export interface LogEvent<Frame extends LogFrame = LogFrame> {
  readonly seq: number;
  readonly frame: Frame;
  readonly facts: EventFacts;
  /** `JSON.stringify(frame)`. */
  readonly json: string;
}

/** Where a send ended up: what an `ack` says, now and at every retry. */
export interface Receipt {
  readonly id: string;
  readonly seq: number;
  readonly ts: number;
}

/** The event of a frame. */
export function logEvent<Frame extends LogFrame>(frame: Frame): LogEvent<Frame> {
  return eventOf(frame, JSON.stringify(frame));
}

/** The event that puts a message into a log. */
export function messageEvent(message: Message): LogEvent<MessageFrame> {
  return logEvent({ type: "message", roomId: message.roomId, message });
}

/** The event as it comes back from a store that kept its JSON. */
export function eventFromJson(json: string): LogEvent {
  return eventOf(JSON.parse(json) as LogFrame, json);
}

/**
 * The event without what somebody said: what is left of it when its message is deleted. The same
 * one when there is nothing to take out.
 */
export function withoutText(event: LogEvent): LogEvent {
  const { frame } = event;
  if (frame.type === "message") {
    if (frame.message.deleted) return event;
    return messageEvent({ ...frame.message, text: "", deleted: true });
  }
  if (frame.type !== "message_edited" || frame.text === "") return event;
  return logEvent({ ...frame, text: "" });
}

/** The `ack` frame for a receipt. */
export function ackFrame(roomId: number, receipt: Receipt, txnId?: string): AckFrame {
  return { type: "ack", txnId, roomId, id: receipt.id, seq: receipt.seq, ts: receipt.ts };
}

function eventOf<Frame extends LogFrame>(frame: Frame, json: string): LogEvent<Frame> {
  const facts = factsOf(frame);
  return { seq: facts.seq, frame, facts, json };
}

function factsOf(frame: LogFrame): EventFacts {
  return frame.type === "message" ? frame.message : frame;
}
