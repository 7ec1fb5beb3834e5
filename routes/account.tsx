/** `/account`: where one is signed in, and how. */
import { HttpError, page } from "fresh";
import { SecurityPage } from "@/components/SecurityPage.tsx";
import type { SecurityProps } from "@/components/security_props.ts";
import { define, type State } from "@/define.ts";
import { botParams, passkeyParams, tokenParams } from "@/lib/api/shapes.ts";
import { newPassword } from "@/lib/auth/passwords.ts";
import { fieldText, formValue, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { label, userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user } = ctx.state;
    if (user === null) return ctx.redirect("/login?next=/account", 303);
    ctx.state.title = "Sign-in and security";
    return page(await show(ctx, user));
  },

  async POST(ctx) {
    const { user, caller, parley: { identities, security } } = ctx.state;
    if (user === null) return ctx.redirect("/login?next=/account", 303);
    const form = await readForm(ctx.req);
    const act = fieldText(form, "act");
    ctx.state.title = "Sign-in and security";
    try {
      if (act === "end") await identities.endSession(user, ctx.req, fieldText(form, "session"));
      else if (act === "end_others") await identities.endOtherSessions(user, ctx.req);
      else if (act === "remove_passkey") {
        const id = await formValue(passkeyParams.shape.passkeyId, fieldText(form, "passkey"));
        await security.removePasskey(user, ctx.req, id);
      } else if (act === "revoke") {
        const id = await formValue(tokenParams.shape.tokenId, fieldText(form, "token"));
        await security.revokeToken(user, ctx.req, id);
      } else if (act === "token") {
        const name = await formValue(label, fieldText(form, "name"));
        const { secret } = await security.createToken(user, ctx.req, name);
        return page({ ...await show(ctx, user), newToken: secret });
      } else if (act === "revoke_bot") {
        const id = await formValue(botParams.shape.botId, fieldText(form, "bot"));
        await security.revokeBot(user, ctx.req, id);
      } else if (act === "bot") {
        const name = await formValue(userName, fieldText(form, "name"));
        const { bot, secret: token } = await security.createBot(user, ctx.req, name);
        return page({ ...await show(ctx, user), newBot: { name: bot.name, token } });
      } else if (act === "password") {
        await security.changePassword(user, ctx.req, caller, {
          password: fieldText(form, "password"),
          newPassword: await formValue(newPassword, fieldText(form, "newPassword")),
        });
        return page({ ...await show(ctx, user), passwordChanged: true });
      } else throw new HttpError(400, "There is no such act.");
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
    account: (await parley.users.get(user.id))?.kind === "account",
    passkeys: await parley.security.passkeys(user),
    tokens: await parley.security.tokens(user),
    bots: await parley.security.bots(user),
  };
}
