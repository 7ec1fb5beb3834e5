/** What browsers may do with our pages. */
import { csp, type Middleware } from "fresh";

/** Middlewares that set the security headers of every response. */
export function contentSecurity<State>(): Middleware<State>[] {
  // Scripts run by nonce alone, styles only from our own files, and nothing from elsewhere.
  const policy = csp<State>({ csp: ["style-src 'self'"], useNonce: true });
  return [plainHttpStays, policy];
}

/**
 * For files that people gave: whatever is in them, a browser that opens one by itself runs
 * nothing, loads nothing, and gives it no origin of ours.
 */
export const inert: Middleware<unknown> = async (ctx) => {
  const response = await ctx.next();
  response.headers.set("content-security-policy", "default-src 'none'; sandbox");
  return response;
};

/**
 * Fresh's default policy has browsers upgrade everything to HTTPS. A server in somebody's own
 * network may have none: over plain HTTP that directive would only break its pages.
 */
const plainHttpStays: Middleware<unknown> = async (ctx) => {
  const response = await ctx.next();
  // The headers of a WebSocket upgrade can't be changed.
  if (response.status === 101) return response;
  const { headers } = response;
  const policy = headers.get("content-security-policy");
  if (policy !== null && ctx.url.protocol === "http:") {
    headers.set("content-security-policy", policy.replace(/(; )?upgrade-insecure-requests/, ""));
  }
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "same-origin");
  return response;
};
