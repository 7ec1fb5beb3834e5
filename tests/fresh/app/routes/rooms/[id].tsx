import { HttpError, page } from "fresh";
import { define } from "../../utils.ts";
import Counter from "../../islands/Counter.tsx";

export const handler = define.handlers({
  GET(ctx) {
    if (ctx.params.id === "none") throw new HttpError(404);
    if (ctx.params.id === "secret") throw new HttpError(403, "keep out");
    ctx.state.title = `Room ${ctx.params.id}`;
    return page({ id: ctx.params.id });
  },
  async POST(ctx) {
    const form = await ctx.req.formData();
    return ctx.redirect(`/rooms/${form.get("to")}`, 303);
  },
});

export default define.page<typeof handler>(async ({ data, state, params, route }) => {
  await Promise.resolve();
  return (
    <section>
      <h1>Room {data.id}</h1>
      <p id="meta">{state.trail.join(">")}|{params.id}|{route}</p>
      <Counter start={1} label="a" />
      <Counter start={2} label="b" />
    </section>
  );
});
