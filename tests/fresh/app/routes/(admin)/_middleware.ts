import { define } from "../../utils.ts";
export default define.middleware((ctx) => {
  ctx.state.trail.push("admin");
  if (ctx.url.searchParams.get("as") !== "root") {
    return new Response("login first", { status: 401 });
  }
  ctx.state.user = "root";
  return ctx.next();
});
