/** `GET /readyz`: 200 when journal and archive can be reached, else 503 and why not. */
import { define } from "@/define.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const troubles = await ctx.state.parley.troubles();
    return new Response(troubles.length === 0 ? "ready\n" : `${troubles.join("\n")}\n`, {
      status: troubles.length === 0 ? 200 : 503,
    });
  },
});
