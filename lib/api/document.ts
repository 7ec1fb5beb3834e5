/** The API's description in OpenAPI 3.1, made from the operations themselves. */
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";
import { ERRORS } from "../protocol/errors.ts";
import { STATUS } from "./api.ts";
import type { Operation } from "./operation.ts";
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
        "answers 201, and everybody in the room sees it live.",
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
  const responses: Record<string, ZodOpenApiResponseObject> = {
    [String(status)]: { description: "Done", content: content(answer) },
  };
  for (const [code, reasons] of refusals(operation)) {
    responses[code] = { description: reasons.join(" "), content: content(shapes.error) };
  }
  return {
    operationId: [method.toLowerCase(), ...path.split("/").slice(2)].join("_").replace(/[{}]/g, ""),
    summary,
    security: needsUser ? [{ token: [] }, { cookie: [] }] : [],
    requestParams: { path: params, query },
    ...(body && { requestBody: { required: true, content: content(body) } }),
    responses: responses as ZodOpenApiOperationObject["responses"],
  };
}

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
  if (operation.body !== undefined) {
    add(400, "The body is not JSON.");
    add(403, "The request comes from another site's page.");
    add(413, "The body is too large.");
    add(415, "The body is not application/json.");
  }
  return reasons;
}
