/** `/login`: a session for whoever knows the password. */
import { page } from "fresh";
import { AccountPage, type AccountPageProps } from "@/components/AccountPage.tsx";
import { define } from "@/define.ts";
import { sessionCookie } from "@/lib/auth/identities.ts";
import { fieldText, formValue, localPath, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  GET(ctx) {
    const next = localPath(ctx.url.searchParams.get("next") ?? "/");
    const data: AccountPageProps = { kind: "login", username: "", next };
    return page(data);
  },
  async POST(ctx) {
    const { parley: { identities }, caller } = ctx.state;
    const form = await readForm(ctx.req);
    const username = fieldText(form, "username").trim();
    const next = localPath(fieldText(form, "next"));
    try {
      const name = await formValue(userName, username);
      const { token } = await identities.login(name, fieldText(form, "password"), ctx.req, caller);
      const response = ctx.redirect(next, 303);
      response.headers.set("set-cookie", sessionCookie(token, caller.secure));
      return response;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const data: AccountPageProps = { kind: "login", username, next, fault: error.message };
      return page(data, { status: error.code === "rate_limited" ? 429 : 401 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <AccountPage {...data} />);
