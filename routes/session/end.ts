/** `POST /session/end`: gives the name back. */
import { define } from "@/define.ts";
import { sessionCookie } from "@/lib/auth/identities.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/", 303),
  async POST(ctx) {
    await ctx.state.parley.identities.end(ctx.req);
    const response = ctx.redirect("/", 303);
    response.headers.set("set-cookie", sessionCookie(undefined, ctx.state.caller.secure));
    return response;
  },
});
