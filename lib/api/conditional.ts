/** Reads that a client may keep and ask about again (RFC 9110 §13, RFC 9111). */

/** Kept by the asker alone, and never shown again without asking. */
const PRIVATE = { "cache-control": "private, no-cache", vary: "Authorization, Cookie" };

/**
 * A 200 with this JSON, or a 304 without it when `If-None-Match` names it.
 *
 * The validator is a weak one: whatever compresses answers on their way may change their bytes.
 */
export async function conditional(
  request: Request,
  json: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const tag = await opaqueTag(json);
  const all = { ...PRIVATE, etag: `W/"${tag}"`, ...headers };
  if (names(request.headers.get("if-none-match"), tag)) {
    return new Response(null, { status: 304, headers: all });
  }
  return new Response(json, { headers: { "content-type": "application/json", ...all } });
}

async function opaqueTag(json: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(json));
  return new Uint8Array(digest, 0, 16).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Whether an `If-None-Match` names this tag; a weak comparison (RFC 9110 §8.8.3.2, §13.1.2). */
function names(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  return header.matchAll(/(?:W\/)?"([^"]*)"/g).some(([, opaque]) => opaque === tag);
}
