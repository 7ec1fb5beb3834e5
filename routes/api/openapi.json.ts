/** `GET /api/openapi.json`: what the REST API is, for programs. */
import { define } from "@/define.ts";
import { conditional } from "@/lib/api/conditional.ts";
import { openApiDocument } from "@/lib/api/document.ts";

export const handler = define.handlers({
  GET: (ctx) => conditional(ctx.req, JSON.stringify(openApiDocument(ctx.state.api.operations))),
});
