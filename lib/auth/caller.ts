/** Where a request comes from, as far as that can be known. */

/** How the client reached us: behind a proxy of our own only its headers tell. */
export interface Caller {
  /** Whether the client speaks TLS, so that a cookie may be kept to it. */
  readonly secure: boolean;
  /** The client's address, for limits. */
  readonly address: string;
  /** Its `User-Agent`, shortened: so that people know their sessions again. */
  readonly agent: string;
}

/** The site that a request was made to, as the browser knows it. */
export function siteOf(request: Request, { secure }: Caller): { origin: string } {
  return { origin: `${secure ? "https" : "http"}://${new URL(request.url).host}` };
}

const AGENT_CHARS = 200;

/**
 * Reads a request's caller.
 *
 * @param trustProxy whether `X-Forwarded-*` were set by a proxy of ours; anybody can send them
 */
export function callerOf(
  request: Request,
  info: Pick<Deno.ServeHandlerInfo, "remoteAddr">,
  trustProxy: boolean,
): Caller {
  const { protocol } = new URL(request.url);
  const remote = "hostname" in info.remoteAddr ? info.remoteAddr.hostname : "local";
  const agent = (request.headers.get("user-agent") ?? "").slice(0, AGENT_CHARS);
  if (!trustProxy) return { secure: protocol === "https:", address: remote, agent };
  // The last address is the one that our proxy saw; those before it are the client's word.
  const forwarded = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  const scheme = request.headers.get("x-forwarded-proto") ?? protocol.slice(0, -1);
  return { secure: scheme === "https", address: forwarded || remote, agent };
}
