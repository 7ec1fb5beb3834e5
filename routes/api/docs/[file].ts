/** The files of Swagger UI, from its npm package. */
import { HttpError } from "fresh";
import { define } from "@/define.ts";

const FILES: Record<string, { type: string; load: () => Promise<{ default: string }> }> = {
  "swagger-ui.css": {
    type: "text/css; charset=UTF-8",
    load: () => import("swagger-ui-dist/swagger-ui.css", { with: { type: "text" } }),
  },
  "swagger-ui-bundle.js": {
    type: "text/javascript; charset=UTF-8",
    load: () => import("swagger-ui-dist/swagger-ui-bundle.js", { with: { type: "text" } }),
  },
};

export const handler = define.handlers({
  async GET(ctx) {
    const { file: name = "" } = ctx.params;
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (file === undefined) throw new HttpError(404);
    return new Response((await file.load()).default, {
      headers: { "content-type": file.type, "cache-control": "public, max-age=86400" },
    });
  },
});
