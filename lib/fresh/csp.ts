/** Sets a Content-Security-Policy (W3C CSP Level 3). */
import type { Middleware } from "./types.ts";

/** What the policy is. */
export interface CspOptions {
  /** Directives that are added, or replace the default one of the same name. */
  readonly csp?: readonly string[];
  /** Scripts and styles need this response's nonce instead of being allowed inline. */
  readonly useNonce?: boolean;
  /** Only report what the policy would have blocked. */
  readonly reportOnly?: boolean;
  readonly reportTo?: string;
}

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

/** Adds the policy to every response that comes after it. */
export function csp<State>(options: CspOptions = {}): Middleware<State> {
  const directives = new Map<string, string>();
  const reports = options.reportTo === undefined ? [] : [`report-to ${options.reportTo}`];
  for (const directive of [...DEFAULTS, ...options.csp ?? [], ...reports]) {
    directives.set(directive.split(" ", 1)[0] ?? "", directive);
  }
  const policy = [...directives.values()].join("; ");
  const header = options.reportOnly
    ? "content-security-policy-report-only"
    : "content-security-policy";
  return async (ctx) => {
    const nonce = options.useNonce ? crypto.randomUUID().replaceAll("-", "") : undefined;
    ctx.nonce = nonce;
    const response = await ctx.next();
    const isHtml = response.headers.get("content-type")?.startsWith("text/html") ?? false;
    const value = nonce !== undefined && isHtml
      ? policy.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`)
      : policy;
    // A WebSocket upgrade's response has headers that can't be changed.
    if (response.status !== 101) response.headers.set(header, value);
    return response;
  };
}
