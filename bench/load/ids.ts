/** Ids as Parley's clients make them. A few lines of our own: the generator runs on any runtime. */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";

let last = 0;

/** A UUIDv7: each is greater than the one before it. */
export function uuidv7(): string {
  // As if milliseconds went by faster, should one not be enough.
  last = Math.max(last + 1, Date.now() * 4096);
  const bytes = randomBytes(16);
  const ms = Math.floor(last / 4096);
  bytes.writeUIntBE(ms, 0, 6);
  bytes.writeUInt16BE(0x7000 | (last % 4096), 6);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${
    hex.slice(20)
  }`;
}
