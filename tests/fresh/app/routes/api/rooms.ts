import { define } from "../../utils.ts";
export const handler = define.handlers({
  GET(ctx) {
    return Response.json({ rooms: ["lobby"], q: ctx.url.searchParams.get("q") });
  },
  async POST(ctx) {
    const body = await ctx.req.json();
    return ctx.json({ made: body.name }, { status: 201 });
  },
});
