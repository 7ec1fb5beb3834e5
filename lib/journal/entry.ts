/** How events become journal entries, and come back. */
import { eventFromJson, type LogEvent } from "../protocol/event.ts";
import type { Entry } from "./journal.ts";

/**
 * An entry's JSON holds at most this many UTF-16 code units unless one event alone is longer:
 * each needs at most 3 bytes in UTF-8, and Deno KV takes 65,536 bytes a value.
 */
const MAX_ENTRY_CHARS = 20_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Packs consecutive events into as few entries as fit. */
export function pack(events: readonly LogEvent[]): Entry[] {
  const entries: Entry[] = [];
  let start = 0;
  let chars = 0;
  events.forEach((event, index) => {
    if (index > start && chars + event.json.length > MAX_ENTRY_CHARS) {
      entries.push(entryOf(events.slice(start, index)));
      start = index;
      chars = 0;
    }
    chars += event.json.length + 1;
  });
  if (start < events.length) entries.push(entryOf(start === 0 ? events : events.slice(start)));
  return entries;
}

/** Reads an entry's bytes back. Throws when they are damaged. */
export function unpack(bytes: Uint8Array): LogEvent[] {
  const frames = JSON.parse(decoder.decode(bytes)) as unknown[];
  return frames.map((frame) => eventFromJson(JSON.stringify(frame)));
}

function entryOf(events: readonly LogEvent[]): Entry {
  const text = `[${events.map((event) => event.json).join(",")}]`;
  return { events, text, bytes: encoder.encode(text) };
}
