/** `/api/…`: the operations of the REST API. */
import { define } from "@/define.ts";

export const handler = define.handlers((ctx) =>
  ctx.state.api.handle(ctx.req, ctx.state.user, ctx.state.caller)
);
