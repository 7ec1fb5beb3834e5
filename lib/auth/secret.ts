/** Secrets that are given to somebody once, and of which only the hash is kept. */
import { createHash } from "node:crypto";

/** A new secret: 256 random bits, base64url. */
export function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What is kept of a secret: its SHA-256 in hex. Enough for what is random, not for passwords. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
