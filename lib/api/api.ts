/** The REST API over HTTP: finds the operation, checks what it is given, answers in JSON. */
import type { z } from "zod";
import { type Log, reason } from "../log.ts";
import type { Parley } from "../parley.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { Caller } from "../auth/caller.ts";
import { conditional } from "./conditional.ts";
import { type Bytes, isShape, type Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { PathPattern } from "./path_pattern.ts";
import { rateLimitHeaders } from "./rate_limit_headers.ts";
import { BadRequest, refusal, refusalOf } from "./refusal.ts";
import { readJson, readUpload } from "./request_body.ts";

interface Found {
  readonly operation: Operation;
  readonly params: Record<string, string>;
}

/** Answers requests below `/api`. Whatever comes, the answer is a documented one. */
export class Api {
  readonly operations: readonly Operation[];
  readonly #routes: { operation: Operation; pattern: PathPattern }[];

  constructor(private readonly parley: Parley, private readonly log: Log) {
    this.operations = operations(parley.config.maxTextLength);
    this.#routes = this.operations.map((operation) => ({
      operation,
      pattern: new PathPattern(operation.path),
    }));
  }

  /** Does what a request asks for. */
  async handle(request: Request, user: User | null, caller: Caller): Promise<Response> {
    const found = this.#find(request);
    if (found instanceof Response) return found;
    const asked = { request, user, caller };
    const response = await this.#perform(found, asked).catch((error) => this.#refuse(error));
    if (found.operation.limited && user !== null) {
      const allowance = this.parley.rateLimit.allowance(user.id);
      for (const [name, value] of Object.entries(rateLimitHeaders(allowance))) {
        response.headers.set(name, value);
      }
    }
    return response;
  }

  /** The operation that is asked for, or the answer that there is none. */
  #find({ url, method }: Request): Found | Response {
    const parts = new URL(url).pathname.split("/");
    const matches = this.#routes.flatMap(({ operation, pattern }) => {
      const params = pattern.match(parts);
      return params === undefined ? [] : [{ operation, params }];
    });
    if (matches.length === 0) return this.#refuse(noSuchAddress());
    // What a HEAD answers is a GET's without its body, which the framework takes away.
    const wanted = method === "HEAD" ? "GET" : method;
    const match = matches.find(({ operation }) => operation.method === wanted);
    if (match !== undefined) return match;
    const methods = matches.flatMap(({ operation }) =>
      operation.method === "GET" ? ["GET", "HEAD"] : [operation.method]
    );
    const allow = [...new Set(methods), "OPTIONS"].join(", ");
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    return this.#refuse(new BadRequest(405, `This address takes ${allow}.`, { allow }));
  }

  async #perform(
    { operation, params: rawParams }: Found,
    asked: { request: Request; user: User | null; caller: Caller },
  ): Promise<Response> {
    const { request, user } = asked;
    if (operation.needsUser && user === null) throw new ProtocolError("unauthenticated");
    const params = operation.params.safeParse(rawParams);
    if (!params.success) throw noSuchAddress();
    const query = checked(
      operation.query,
      Object.fromEntries(new URL(request.url).searchParams),
    );
    const headers = checked(operation.headers, headersOf(request, operation.headers));
    const body = operation.body && await this.#body(operation.body, request);
    const call = { ...asked, parley: this.parley, params: params.data, query, headers, body };
    const reply = await operation.run(call);
    if (operation.method === "GET") {
      return conditional(request, JSON.stringify(reply.body), reply.headers);
    }
    return Response.json(reply.body, {
      status: operation.status,
      headers: { "cache-control": "no-store", ...reply.headers },
    });
  }

  async #body(body: z.ZodObject | Bytes, request: Request): Promise<unknown> {
    if (!isShape(body)) return await readUpload(request, body.maxBytes);
    return await checkedBody(body, await readJson(request, this.parley.config.maxFrameBytes));
  }

  #refuse(error: unknown): Response {
    if (error instanceof ProtocolError) this.parley.metrics.error(error.code);
    const refused = refusalOf(error);
    if (refused !== undefined) return refused;
    this.log.error("a request could not be answered", { reason: reason(error) });
    return refusal(503, "overloaded", "That did not work. Try again soon.");
  }
}

function noSuchAddress(): ProtocolError {
  return new ProtocolError("not_found", "There is no such address.");
}

/** The headers that a shape names; a field's name is the header's. */
function headersOf(request: Request, shape: z.ZodObject): Record<string, string | undefined> {
  const entries = Object.keys(shape.shape).map((name) =>
    [name, request.headers.get(name) ?? undefined] as const
  );
  return Object.fromEntries(entries);
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
