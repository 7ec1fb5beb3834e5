/** `GET /metrics`: Prometheus' text format. */
import { define } from "@/define.ts";

export const handler = define.handlers({
  async GET(ctx) {
    return new Response(await ctx.state.parley.metrics.text(), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  },
});
