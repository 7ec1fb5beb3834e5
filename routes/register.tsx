/** `/register`: an account, of a guest's own name or a free one. */
import { page } from "fresh";
import { AccountPage, type AccountPageProps } from "@/components/AccountPage.tsx";
import { define } from "@/define.ts";
import { sessionCookie } from "@/lib/auth/identities.ts";
import { newPassword } from "@/lib/auth/passwords.ts";
import { fieldText, formValue, localPath, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { nameKey, userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { user } = ctx.state;
    const next = localPath(ctx.url.searchParams.get("next") ?? "/");
    const data: AccountPageProps = {
      kind: "register",
      username: user?.name ?? "",
      next,
      keeps: user !== null,
    };
    return page(data);
  },
  async POST(ctx) {
    const { parley: { identities }, user, caller } = ctx.state;
    const form = await readForm(ctx.req);
    const username = fieldText(form, "username");
    const next = localPath(fieldText(form, "next"));
    try {
      const name = await formValue(userName, username);
      const password = await formValue(newPassword, fieldText(form, "password"));
      const { token } = await identities.register(
        name,
        password,
        user ?? undefined,
        ctx.req,
        caller,
      );
      const response = ctx.redirect(next, 303);
      response.headers.set("set-cookie", sessionCookie(token, caller.secure));
      return response;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const keeps = user !== null && nameKey(user.name) === nameKey(username);
      const fault = error.message;
      const data: AccountPageProps = { kind: "register", username, next, keeps, fault };
      return page(data, { status: error.code === "username_taken" ? 409 : 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <AccountPage {...data} />);
