/** The API's description in OpenAPI 3.1, made from the operations themselves. */
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { ERRORS } from "../protocol/errors.ts";
import { type AnswerHeader, describeHeaders } from "./answer_headers.ts";
import { type Bytes, isShape, type Operation } from "./operation.ts";
import { STATUS } from "./refusal.ts";
import * as shapes from "./shapes.ts";

/** The document of these operations. */
export function openApiDocument(operations: readonly Operation[]): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = describe(operation);
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Parley",
      version: "1",
      description: "Everything a browser can do, by HTTP. A sent message is on disk when it " +
        "answers 201, and everybody in the room sees it live.\n\n" +
        "**Pages.** A history is read from its end: the answer holds the newest messages, oldest " +
        "first. While `more` is true, ask again with `before` = the smallest `seq` that you have; " +
        "the `Link` header says the same as an address. What is written meanwhile never shifts a " +
        "page.\n\n" +
        "**Reads** carry an `ETag`; send it back in `If-None-Match`, and what did not change is " +
        "answered by 304 without a body.\n\n" +
        "**Sends** carry a `txnId`, in the body or as `Idempotency-Key`: the same one again is " +
        "the same message, for ever, and answers as the first time.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "parley_session" },
      },
    },
  });
}

function describe(operation: Operation): ZodOpenApiOperationObject {
  const { method, path, summary, needsUser, params, query, body, status, answer } = operation;
  const content = (schema: typeof answer) => ({ "application/json": { schema } });
  const isRead = method === "GET";
  const responses: Record<string, ZodOpenApiResponseObject> = {
    [String(status)]: {
      description: "Done",
      headers: describeHeaders([
        ...isRead ? ["ETag"] as const : [],
        ...operation.answerHeaders ?? [],
        ...operation.limited ? LIMIT : [],
      ]),
      content: content(answer),
    },
  };
  if (isRead) {
    responses["304"] = {
      description: "What `If-None-Match` names is still so.",
      headers: describeHeaders(["ETag"]),
    };
  }
  for (const [code, reasons] of refusals(operation)) {
    responses[code] = {
      description: reasons.join(" "),
      headers: describeHeaders([
        ...REFUSAL_HEADERS[code] ?? [],
        ...operation.limited && code === "429" ? LIMIT : [],
      ]),
      content: content(shapes.error),
    };
  }
  return {
    operationId: [method.toLowerCase(), ...path.split("/").slice(2)].join("_").replace(/[{}]/g, ""),
    summary,
    security: needsUser ? [{ token: [] }, { cookie: [] }] : [],
    requestParams: {
      path: params,
      query,
      header: isRead ? operation.headers.extend(shapes.readHeaders.shape) : operation.headers,
    },
    ...(body &&
      { requestBody: { required: true, content: isShape(body) ? content(body) : bytes(body) } }),
    responses: responses as ZodOpenApiOperationObject["responses"],
  };
}

/** Bytes have no schema but their media type (OpenAPI 3.1 §4.8.14.3). */
function bytes({ types }: Bytes) {
  return Object.fromEntries(types.map((type) => [type, {}]));
}

const LIMIT: readonly AnswerHeader[] = ["RateLimit-Policy", "RateLimit"];

/** Status → headers of such a refusal. */
const REFUSAL_HEADERS: Readonly<Record<string, readonly AnswerHeader[]>> = {
  401: ["WWW-Authenticate"],
  429: ["Retry-After"],
};

/** Status → why, for all that an operation may refuse with. */
function refusals(operation: Operation): Map<string, string[]> {
  const codes = new Set(operation.errors);
  if (operation.needsUser) codes.add("unauthenticated");
  if (operation.body !== undefined || "limit" in operation.query.shape) {
    codes.add("invalid_message");
  }
  const reasons = new Map<string, string[]>();
  const add = (status: number, text: string) =>
    reasons.set(String(status), [...reasons.get(String(status)) ?? [], text]);
  for (const code of codes) add(STATUS[code], ERRORS[code]);
  if (operation.body === undefined) return reasons;
  add(403, "The request comes from another site's page.");
  add(413, "The body is too large.");
  if (isShape(operation.body)) add(400, "The body is not JSON.");
  add(415, isShape(operation.body) ? "The body is not application/json." : "It is compressed.");
  return reasons;
}
