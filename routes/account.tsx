/** `/account`: where one is signed in, and how. */
import { HttpError, page } from "fresh";
import { SecurityPage, type SecurityProps } from "@/components/SecurityPage.tsx";
import { define, type State } from "@/define.ts";
import { fieldText, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { User } from "@/lib/protocol/server_frames.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user } = ctx.state;
    if (user === null) return ctx.redirect("/login?next=/account", 303);
    ctx.state.title = "Sign-in and security";
    return page(await show(ctx, user));
  },

  async POST(ctx) {
    const { user, parley: { identities } } = ctx.state;
    if (user === null) return ctx.redirect("/login?next=/account", 303);
    const form = await readForm(ctx.req);
    const act = fieldText(form, "act");
    try {
      if (act === "end") await identities.endSession(user, fieldText(form, "session"));
      else if (act === "end_others") await identities.endOtherSessions(user, ctx.req);
      else throw new HttpError(400, "There is no such act.");
      return ctx.redirect("/account", 303);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const fault = { act, message: error.message };
      return page({ ...await show(ctx, user), fault }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <SecurityPage {...data} />);

async function show(
  { state: { parley }, req }: { state: State; req: Request },
  user: User,
): Promise<SecurityProps> {
  return {
    sessions: await parley.identities.sessions(user, req),
    administrator: await parley.administration.is(user.id),
  };
}
