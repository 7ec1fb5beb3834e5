/** The REST API over HTTP: finds the operation, checks what it is given, answers in JSON. */
import { HttpError } from "fresh";
import type { z } from "zod";
import { readText } from "../body.ts";
import { type Log, reason } from "../log.ts";
import type { Parley } from "../parley.ts";
import { type ErrorCode, ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { Caller } from "../auth/caller.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";

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

/** A middleware: what is refused before the API is asked is told in JSON, too. */
export async function refuseInJson(ctx: { next(): Promise<Response> }): Promise<Response> {
  try {
    return await ctx.next();
  } catch (error) {
    if (!(error instanceof HttpError) || error.status !== 403) throw error;
    return answer(403, "forbidden", "This request comes from a page of another site.");
  }
}

/** Something about the request itself that HTTP has a status of its own for. */
class BadRequest extends Error {
  constructor(readonly status: 400 | 405 | 413 | 415, message: string, readonly allow = "") {
    super(message);
  }
}

/** Answers requests below `/api`. Whatever comes, the answer is a documented one. */
export class Api {
  readonly operations: readonly Operation[];
  readonly #routes: { operation: Operation; pattern: URLPattern }[];

  constructor(private readonly parley: Parley, private readonly log: Log) {
    this.operations = operations(parley.config.maxTextLength);
    this.#routes = this.operations.map((operation) => ({
      operation,
      pattern: new URLPattern({ pathname: operation.path.replaceAll(/\{(\w+)\}/g, ":$1") }),
    }));
  }

  /** Does what a request asks for. */
  async handle(request: Request, user: User | null, caller: Caller): Promise<Response> {
    try {
      const { operation, params } = this.#find(request);
      return await this.#perform(operation, params, { request, user, caller });
    } catch (error) {
      return this.#refuse(error);
    }
  }

  #find(request: Request): { operation: Operation; params: Record<string, string | undefined> } {
    const { pathname } = new URL(request.url);
    const matches = this.#routes.flatMap(({ operation, pattern }) => {
      const params = pattern.exec({ pathname })?.pathname.groups;
      return params === undefined ? [] : [{ operation, params }];
    });
    if (matches.length === 0) throw new ProtocolError("not_found", "There is no such address.");
    const match = matches.find(({ operation }) => operation.method === request.method);
    if (match !== undefined) return match;
    const allow = matches.map(({ operation }) => operation.method).join(", ");
    throw new BadRequest(405, `This address takes ${allow}.`, allow);
  }

  async #perform(
    operation: Operation,
    rawParams: Record<string, string | undefined>,
    asked: { request: Request; user: User | null; caller: Caller },
  ): Promise<Response> {
    const { request, user } = asked;
    if (operation.needsUser && user === null) throw new ProtocolError("unauthenticated");
    const params = operation.params.safeParse(rawParams);
    if (!params.success) throw new ProtocolError("not_found", "There is no such address.");
    const query = checked(
      operation.query,
      Object.fromEntries(new URL(request.url).searchParams),
    );
    const body = operation.body && await checkedBody(operation.body, await this.#json(request));
    const call = { ...asked, parley: this.parley, params: params.data, query, body };
    const reply = await operation.run(call);
    return Response.json(reply.body, {
      status: operation.status,
      headers: { "cache-control": "no-store", ...reply.headers },
    });
  }

  async #json(request: Request): Promise<unknown> {
    const type = request.headers.get("content-type") ?? "";
    if (!/^application\/json\s*(;|$)/i.test(type)) {
      throw new BadRequest(415, "Send the body as application/json.");
    }
    const { maxFrameBytes } = this.parley.config;
    const text = await readText(request, maxFrameBytes);
    if (text === undefined) {
      throw new BadRequest(413, `The body is larger than ${maxFrameBytes} bytes.`);
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new BadRequest(400, "The body is not JSON.");
    }
  }

  #refuse(error: unknown): Response {
    if (error instanceof BadRequest) {
      const { status, message, allow } = error;
      return answer(status, "invalid_message", message, allow === "" ? {} : { allow });
    }
    if (error instanceof ProtocolError) {
      const { code, message, retryAfter } = error;
      this.parley.metrics.error(code);
      const wait = retryAfter === undefined
        ? {}
        : { "retry-after": String(Math.ceil(retryAfter / 1000)) };
      return answer(STATUS[code], code, message, wait as Record<string, string>);
    }
    this.log.error("a request could not be answered", { reason: reason(error) });
    return answer(503, "overloaded", "That did not work. Try again soon.");
  }
}

function answer(
  status: number,
  code: ErrorCode,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ error: { code, message } }, { status, headers });
}

function checked(shape: z.ZodObject, value: unknown): unknown {
  return valueOf(shape.safeParse(value));
}

/** Some rules of bodies have to be looked up. */
async function checkedBody(shape: z.ZodObject, value: unknown): Promise<unknown> {
  return valueOf(await shape.safeParseAsync(value));
}

function valueOf(parsed: z.ZodSafeParseResult<unknown>): unknown {
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || "body";
  throw new ProtocolError("invalid_message", `${field}: ${issue?.message ?? "is not valid"}.`);
}
