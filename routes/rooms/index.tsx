/** `POST /rooms`: makes a group. */
import { page } from "fresh";
import { HomePage } from "@/components/HomePage.tsx";
import { define } from "@/define.ts";
import { fieldText, formValue, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { roomName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/", 303),
  async POST(ctx) {
    const { user, parley: { pages, rooms } } = ctx.state;
    if (user === null) return ctx.redirect("/", 303);
    const form = await readForm(ctx.req);
    const value = fieldText(form, "name");
    try {
      const name = await formValue(roomName, value);
      const { id } = await rooms.createGroup(name, user, { isPrivate: form.has("private") });
      return ctx.redirect(`/rooms/${id}`, 303);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const fault = { field: "group" as const, message: error.message, value };
      return page({ user, overview: await pages.home(user), error: fault }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <HomePage {...data} />);
