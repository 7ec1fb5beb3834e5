import { define } from "../utils.ts";

export default define.middleware([
  (ctx) => {
    ctx.state.trail.push("root-a");
    return ctx.next();
  },
  async (ctx) => {
    ctx.state.trail.push("root-b");
    const res = await ctx.next();
    res.headers.append("x-trail", ctx.state.trail.join(","));
    return res;
  },
]);
