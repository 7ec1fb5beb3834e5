/** Which pages of other origins may read the API's answers (CORS, WHATWG Fetch §3.2). */

/** What a page may send beyond what any page may. */
const REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-None-Match";
/** What a page may read beyond what any page may. */
const RESPONSE_HEADERS =
  "ETag, Idempotency-Key, Link, Location, RateLimit, RateLimit-Policy, Retry-After";
const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** How long a browser need not ask again, in seconds. */
const MAX_AGE = "600";

/**
 * A middleware that lets pages of these origins use the API with a token. Cookies stay with this
 * server's own pages: credentials are not allowed.
 */
export function cors(
  allowed: readonly string[],
): (ctx: { req: Request; next(): Promise<Response> }) => Promise<Response> {
  return async ({ req, next }) => {
    const origin = req.headers.get("origin");
    if (origin === null || !allowed.includes(origin)) return varied(await next());
    if (req.method === "OPTIONS" && req.headers.has("access-control-request-method")) {
      return new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-origin": origin,
          "access-control-allow-methods": METHODS,
          "access-control-allow-headers": REQUEST_HEADERS,
          "access-control-max-age": MAX_AGE,
          vary: "Origin",
        },
      });
    }
    const response = varied(await next());
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-expose-headers", RESPONSE_HEADERS);
    return response;
  };
}

/** An answer without the header must not be kept for a page that would get it. */
function varied(response: Response): Response {
  response.headers.append("vary", "Origin");
  return response;
}
