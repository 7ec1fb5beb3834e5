/** What a handler returns to have its page rendered. */
import type { PageResponse } from "./types.ts";

/** Gives data to the route's page, and a status and headers to the response. */
export function page<Data>(
  data: Data,
  options: { status?: number; headers?: HeadersInit } = {},
): PageResponse<Data> {
  return { data, ...options };
}
