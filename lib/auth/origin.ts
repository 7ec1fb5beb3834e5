/** Which pages may speak to this server. */

/**
 * Whether a request comes from no page at all, from this server's own pages, or from an allowed
 * origin. Browsers send `Origin` with every WebSocket upgrade and do not ask before it (RFC 6455
 * §10.2). The host alone is compared: behind a proxy that ends TLS the scheme differs.
 */
export function isAllowedOrigin(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.get("host");
}
