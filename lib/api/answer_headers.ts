/** The headers of answers, as the API's document says them. */

/** Header → what it tells. */
export const ANSWER_HEADERS = {
  ETag: "Names this very content: send it back in `If-None-Match`.",
  Link: 'The next page, `rel="next"` (RFC 8288): older messages.',
  Location: "Where the new one is.",
  RateLimit: "What one may still send: `r` messages at once; one more in `t` seconds " +
    "(draft-ietf-httpapi-ratelimit-headers).",
  "RateLimit-Policy": "The limit: `q` messages at once, all of them again after `w` seconds.",
  "Retry-After": "Seconds to wait.",
  "WWW-Authenticate": "How one may identify oneself.",
} as const;

/** A header that the document describes. */
export type AnswerHeader = keyof typeof ANSWER_HEADERS;

/** OpenAPI's description of these headers. */
export function describeHeaders(names: readonly AnswerHeader[]) {
  return Object.fromEntries(
    names.map((name) =>
      [name, { description: ANSWER_HEADERS[name], schema: { type: "string" as const } }] as const
    ),
  );
}
