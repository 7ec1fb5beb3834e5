/** How the API says no. */
import { HttpError } from "fresh";
import { type ErrorCode, ProtocolError } from "../protocol/errors.ts";

/** The HTTP status of each code (RFC 9110 §15). */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_message: 422,
  unknown_type: 404,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  not_joined: 403,
  username_taken: 409,
  name_taken: 409,
  rate_limited: 429,
  save_failed: 503,
  overloaded: 503,
};

/** Something about the request itself that HTTP has a status of its own for. */
export class BadRequest extends Error {
  constructor(
    readonly status: 400 | 405 | 413 | 415,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A middleware: what is refused before the API is asked is told in JSON, too. */
export async function refuseInJson(ctx: { next(): Promise<Response> }): Promise<Response> {
  try {
    return await ctx.next();
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 403) throw error;
    return refusal(403, "forbidden", "This request comes from a page of another site.");
  }
}

/** A middleware: a page that can't be shown to whoever asks has the status of the reason. */
export async function refuseAsPage(ctx: { next(): Promise<Response> }): Promise<Response> {
  try {
    return await ctx.next();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new HttpError(STATUS[error.code], error.message);
  }
}

/** The answer to a request that asks for something wrong; undefined when it is our own fault. */
export function refusalOf(error: unknown): Response | undefined {
  if (error instanceof BadRequest) {
    return refusal(error.status, "invalid_message", error.message, error.headers);
  }
  if (!(error instanceof ProtocolError)) return undefined;
  const { code, message, retryAfter } = error;
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers["retry-after"] = String(Math.ceil(retryAfter / 1000));
  // A 401 must say how one may identify oneself (RFC 9110 §15.5.2, RFC 6750 §3).
  if (code === "unauthenticated") headers["www-authenticate"] = "Bearer";
  return refusal(STATUS[code], code, message, headers);
}

/** An error in the API's own form. */
export function refusal(
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error: { code, message } }, {
    status,
    headers: { "cache-control": "no-store", ...headers },
  });
}
