/** One thing that the REST API does: what it takes, what it answers, and how. */
import type { z } from "zod";
import type { Caller } from "../auth/caller.ts";
import type { Parley } from "../parley.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { AnswerHeader } from "./answer_headers.ts";

/** HTTP methods of the API. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A body that is no JSON: its bytes are what is meant, whatever they are said to be. */
export interface Bytes {
  readonly maxBytes: number;
  /** What they should be, for the document: media types (RFC 9110 §8.3.1). */
  readonly types: readonly string[];
}

/** What an operation is given: everything is checked already. */
export interface Call<Params, Query, Headers, Body, Asker = User | null> {
  readonly parley: Parley;
  readonly request: Request;
  readonly caller: Caller;
  /** Whoever asks: never null where the operation needs a user. */
  readonly user: Asker;
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body;
}

/** What an operation answers. */
export interface Reply<Answer> {
  readonly body: Answer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An operation as the document and the router see it. */
export interface Operation {
  readonly method: Method;
  /** With parameters in braces: `/api/rooms/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** False for those that anybody may ask. */
  readonly needsUser: boolean;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Request headers that change what it does. */
  readonly headers: z.ZodObject;
  /** Undefined for those that take none. */
  readonly body: z.ZodObject | Bytes | undefined;
  readonly status: number;
  readonly answer: z.ZodType;
  /** What it may refuse with, beside what any operation may. */
  readonly errors: readonly ErrorCode[];
  /** True for those that count as messages for the sender's rate; such need a user. */
  readonly limited?: boolean;
  /** Headers of its answer, beside those that any answer of its kind has. */
  readonly answerHeaders?: readonly AnswerHeader[];
  run(call: Call<unknown, unknown, unknown, unknown>): Promise<Reply<unknown>>;
}

/** How an operation is written down: its shapes give the types of `run`. */
interface Definition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodObject | Bytes,
  Answer extends z.ZodType,
  Needs extends boolean,
> extends
  Omit<Operation, "needsUser" | "params" | "query" | "headers" | "body" | "answer" | "run"> {
  readonly needsUser: Needs;
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  readonly body: Body | undefined;
  readonly answer: Answer;
  run(
    call: Call<
      z.output<Params>,
      z.output<Query>,
      z.output<Headers>,
      Body extends z.ZodObject ? z.output<Body> : Uint8Array,
      Needs extends true ? User : User | null
    >,
  ): Promise<Reply<z.input<Answer>>>;
}

/** Gives an operation's `run` the types of its shapes. */
export function operation<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodObject | Bytes,
  Answer extends z.ZodType,
  Needs extends boolean,
>(definition: Definition<Params, Query, Headers, Body, Answer, Needs>): Operation {
  // The router checks what it hands to `run` with these very shapes.
  return definition as unknown as Operation;
}

/** Whether a body is one of JSON. */
export function isShape(body: z.ZodObject | Bytes): body is z.ZodObject {
  return "shape" in body;
}
