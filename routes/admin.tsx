/** `/admin`: for administrators of the server. */
import { HttpError, page } from "fresh";
import { AdminPage, type AdminProps } from "@/components/AdminPage.tsx";
import { define } from "@/define.ts";
import type { Administration } from "@/lib/administration.ts";
import { accountsQuery } from "@/lib/api/shapes.ts";
import { fieldText, formValue, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user, parley: { administration } } = ctx.state;
    if (user === null) return ctx.redirect("/login?next=/admin", 303);
    ctx.state.title = "Administration";
    return page(await show(administration, user, ctx.url));
  },

  async POST(ctx) {
    const { user, parley: { administration } } = ctx.state;
    if (user === null) return ctx.redirect("/login?next=/admin", 303);
    const form = await readForm(ctx.req);
    const name = fieldText(form, "act");
    const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
    if (act === undefined) throw new HttpError(400, "There is no such act.");
    try {
      const username = fieldText(form, "username");
      await act(administration, user, username && await formValue(userName, username));
      return ctx.redirect("/admin", 303);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const fault = { act: name, message: error.message };
      return page({ ...await show(administration, user, ctx.url), fault }, { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <AdminPage {...data} />);

type Act = (administration: Administration, user: User, username: string) => Promise<unknown>;

/** What the page's forms do, by their `act`. */
const ACTS: Readonly<Record<string, Act>> = {
  close: (administration, user) => administration.setRegistration(user, false),
  open: (administration, user) => administration.setRegistration(user, true),
  deactivate: (administration, user, username) => administration.deactivate(user, username),
  reactivate: (administration, user, username) => administration.reactivate(user, username),
  promote: (administration, user, username) => administration.promote(user, username),
};

/** To everybody else there is no such page. */
async function show(
  administration: Administration,
  user: User,
  { searchParams }: URL,
): Promise<AdminProps> {
  if (!await administration.is(user.id)) throw new HttpError(404);
  const { cursor, limit } = accountsQuery.safeParse(Object.fromEntries(searchParams)).data ??
    accountsQuery.parse({});
  const [{ accounts, next }, entries, registrationOpen] = await Promise.all([
    administration.accounts(user, { cursor, limit }),
    administration.audit(user, { limit: 50 }),
    administration.registrationOpen(),
  ]);
  return { self: user, accounts, next, entries, registrationOpen };
}
