/** `GET /`: choose a name, a group, a person. */
import { page } from "fresh";
import { HomePage, type HomePageProps } from "@/components/HomePage.tsx";
import { define } from "@/define.ts";
import { localPath } from "@/lib/forms.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { parley, user } = ctx.state;
    const next = localPath(ctx.url.searchParams.get("next") ?? "/");
    if (user !== null && next !== "/") return ctx.redirect(next, 303);
    const data: HomePageProps = { user, overview: await parley.pages.home(user), next };
    return page(data);
  },
});

export default define.page<typeof handler>(({ data }) => <HomePage {...data} />);
