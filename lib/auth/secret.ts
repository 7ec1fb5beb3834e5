/** Secrets that are given to somebody once, and of which only the hash is kept. */

/** A new secret: 256 random bits, base64url. */
export function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What is kept of a secret: its SHA-256 in hex. Enough for what is random, not for passwords. */
export async function hashOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return new Uint8Array(digest).toHex();
}
