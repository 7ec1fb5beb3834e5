/** How a limit is told: the `RateLimit` fields of draft-ietf-httpapi-ratelimit-headers-10. */
import type { Allowance } from "../session/rate_limit.ts";

/** Both fields for the messages that a user may send; none where there is no limit. */
export function rateLimitHeaders(allowance: Allowance | undefined): Record<string, string> {
  if (allowance === undefined) return {};
  const { quota, windowSeconds, remaining, resetSeconds } = allowance;
  return {
    "ratelimit-policy": `"messages";q=${quota};w=${windowSeconds}`,
    ratelimit: `"messages";r=${remaining};t=${resetSeconds}`,
  };
}
