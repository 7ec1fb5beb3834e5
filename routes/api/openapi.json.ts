/** `GET /api/openapi.json`: what the REST API is, for programs. */
import { define } from "@/define.ts";
import { openApiDocument } from "@/lib/api/document.ts";

export const handler = define.handlers({
  GET: (ctx) => Response.json(openApiDocument(ctx.state.api.operations)),
});
