/** Reading events in tests. */
import assert from "node:assert/strict";
import type { LogEvent } from "@/lib/protocol/event.ts";
import type { Message } from "@/lib/protocol/server_frames.ts";

/** The message that an event puts into the log. */
export function messageOf({ frame }: LogEvent): Message {
  assert.equal(frame.type, "message");
  return (frame as Extract<typeof frame, { type: "message" }>).message;
}

/** What it says. */
export function textOf(event: LogEvent): string {
  return messageOf(event).text;
}
