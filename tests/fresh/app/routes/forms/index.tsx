import { page } from "fresh";
import { define } from "../../utils.ts";

export const handler = define.handlers({
  async POST(ctx) {
    const name = (await ctx.req.formData()).get("name");
    if (name !== "") return ctx.redirect("//elsewhere.example", 303);
    return page({ fault: "no name" }, { status: 422 });
  },
});

/** Only POST has a handler: GET shows the page as it is. */
export default define.page<typeof handler>(({ data }) => <p id="fault">{data?.fault ?? "none"}</p>);
