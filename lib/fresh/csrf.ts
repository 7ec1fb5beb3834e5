/** Refuses state-changing requests that come from other sites. */
import { HttpError } from "./error.ts";
import type { Middleware } from "./types.ts";

/** Origins that may send such requests beside the server's own. */
export interface CsrfOptions {
  readonly origin?: string | readonly string[] | ((origin: string) => boolean);
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A request that changes something must come from this site (`Sec-Fetch-Site`, W3C Fetch
 * Metadata), or carry its `Origin`. Programs that send neither header are not browsers.
 */
export function csrf<State>({ origin: allowed = [] }: CsrfOptions = {}): Middleware<State> {
  const isAllowed = typeof allowed === "function"
    ? allowed
    : (origin: string) => [allowed].flat().includes(origin);
  return (ctx) => {
    const site = ctx.req.headers.get("sec-fetch-site");
    const origin = ctx.req.headers.get("origin");
    const fromHere = site === "same-origin" || site === "none" ||
      (origin === null ? site === null : origin === ctx.url.origin || isAllowed(origin));
    if (!SAFE.has(ctx.req.method) && !fromHere) throw new HttpError(403);
    return ctx.next();
  };
}
