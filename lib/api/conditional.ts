/** Reads that a client may keep and ask about again (RFC 9110 §13, RFC 9111). */
import { createHash } from "node:crypto";

/** Of the validator: 132 bits. */
const TAG_CHARS = 22;

/** Kept by the asker alone, and never shown again without asking. */
const PRIVATE = { "cache-control": "private, no-cache", vary: "Authorization, Cookie" };

/**
 * A 200 with this JSON, or a 304 without it when `If-None-Match` names it.
 *
 * The validator is a weak one: whatever compresses answers on their way may change their bytes.
 */
export function conditional(
  request: Request,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const tag = opaqueTag(json);
  const all = { ...PRIVATE, etag: `W/"${tag}"`, ...headers };
  if (names(request.headers.get("if-none-match"), tag)) {
    return new Response(null, { status: 304, headers: all });
  }
  return new Response(json, { headers: { "content-type": "application/json", ...all } });
}

function opaqueTag(json: string): string {
  // At once: a page takes 10 µs, and the way to another thread and back several times that.
  return createHash("sha256").update(json).digest("base64url").slice(0, TAG_CHARS);
}

/** Whether an `If-None-Match` names this tag; a weak comparison (RFC 9110 §8.8.3.2, §13.1.2). */
function names(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  return header.matchAll(/(?:W\/)?"([^"]*)"/g).some(([, opaque]) => opaque === tag);
}
