/** `POST /direct`: opens the 1:1 room with somebody. */
import { page } from "fresh";
import { HomePage } from "@/components/HomePage.tsx";
import { define } from "@/define.ts";
import { fieldText, formValue, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/", 303),
  async POST(ctx) {
    const { user, parley: { pages, rooms, users } } = ctx.state;
    if (user === null) return ctx.redirect("/", 303);
    const value = fieldText(await readForm(ctx.req), "username");
    try {
      const other = await users.partner(await formValue(userName, value), user);
      const { id } = await rooms.direct(user, other);
      return ctx.redirect(`/rooms/${id}`, 303);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const fault = { field: "person" as const, message: error.message, value };
      return page({ user, overview: await pages.home(user), error: fault }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <HomePage {...data} />);
