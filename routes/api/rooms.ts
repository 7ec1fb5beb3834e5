/** `GET /api/rooms`: the rooms that one may see, and who is online. */
import { define } from "@/define.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { parley, user } = ctx.state;
    return Response.json(await parley.pages.home(user), {
      headers: { "cache-control": "no-store" },
    });
  },
});
