/** `POST /session`: takes a name. */
import { page } from "fresh";
import { HomePage } from "@/components/HomePage.tsx";
import { define } from "@/define.ts";
import { sessionCookie } from "@/lib/auth/identities.ts";
import { fieldText, formValue, localPath, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/", 303),
  async POST(ctx) {
    const { caller, parley: { identities, pages } } = ctx.state;
    const form = await readForm(ctx.req);
    const value = fieldText(form, "username");
    const next = localPath(fieldText(form, "next"));
    try {
      const { token } = await identities.startGuest(
        await formValue(userName, value),
        ctx.req,
        caller,
      );
      const response = ctx.redirect(next, 303);
      response.headers.set("set-cookie", sessionCookie(token, caller.secure));
      return response;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const { user } = ctx.state;
      const { code, message } = error;
      const overview = await pages.home(user);
      const fault = { field: "username" as const, message, value };
      return page({ user, overview, next, error: fault }, {
        status: code === "username_taken" ? 409 : 422,
      });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <HomePage {...data} />);
