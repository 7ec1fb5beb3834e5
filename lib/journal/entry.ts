/** How events become journal entries, and come back. */
import { crc32 } from "node:zlib";
import { type LogEvent, logEvent } from "../protocol/event.ts";
import type { LogFrame } from "../protocol/server_frames.ts";
import type { Entry } from "./journal.ts";

/**
 * An entry's JSON holds at most this many UTF-16 code units unless one event alone is longer:
 * each needs at most 3 bytes in UTF-8, and Deno KV takes 65,536 bytes a value.
 */
const MAX_ENTRY_CHARS = 20_000;

const FORMAT = 1;
/** The first byte of an entry from before there were checksums: the JSON's bracket. */
const UNSEALED = 0x5b;
const COUNT_AT = 5;
const HEADER_BYTES = 7;

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

/**
 * What the journal stores of an entry: a mark of the format (1 byte), the CRC-32 of all that follows
 * (4), how many events it holds (2), and their JSON. Numbers are big-endian.
 */
export function seal({ events, bytes }: Entry): Uint8Array {
  const sealed = new Uint8Array(HEADER_BYTES + bytes.length);
  const view = new DataView(sealed.buffer);
  view.setUint8(0, FORMAT);
  view.setUint16(COUNT_AT, events.length);
  sealed.set(bytes, HEADER_BYTES);
  view.setUint32(1, crc32(sealed.subarray(COUNT_AT)));
  return sealed;
}

/** Reads what was stored. Throws when it is damaged. */
export function unseal(stored: Uint8Array): LogEvent[] {
  if (stored[0] === UNSEALED) return parse(stored);
  const { buffer, byteOffset, byteLength } = stored;
  const view = new DataView(buffer, byteOffset, byteLength);
  if (view.getUint8(0) !== FORMAT || view.getUint32(1) !== crc32(stored.subarray(COUNT_AT))) {
    throw new Error("a journal entry is damaged");
  }
  return parse(stored.subarray(HEADER_BYTES));
}

/** Stands for a damaged entry of so many events. */
export function spoilt(count: number): Uint8Array {
  const sealed = new Uint8Array(HEADER_BYTES);
  const view = new DataView(sealed.buffer);
  view.setUint8(0, FORMAT);
  view.setUint16(COUNT_AT, count);
  view.setUint32(1, ~crc32(sealed.subarray(COUNT_AT)));
  return sealed;
}

/** How many events a damaged entry says that it held; 1 when it does not say. */
export function storedCount(stored: Uint8Array): number {
  if (stored[0] === UNSEALED || stored.byteLength < HEADER_BYTES) return 1;
  return new DataView(stored.buffer, stored.byteOffset).getUint16(COUNT_AT) || 1;
}

function parse(bytes: Uint8Array): LogEvent[] {
  const frames = JSON.parse(decoder.decode(bytes)) as LogFrame[];
  return frames.map((frame) => logEvent(frame));
}

/** One entry of these events, however long they are together. */
export function entryOf(events: readonly LogEvent[]): Entry {
  const text = `[${events.map((event) => event.json).join(",")}]`;
  return { events, text, bytes: encoder.encode(text) };
}
