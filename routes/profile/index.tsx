/** `/profile`: what one tells others about oneself. */
import { page } from "fresh";
import { z } from "zod";
import { tagList, typedOf } from "@/components/profile_form.ts";
import { ProfilePage } from "@/components/ProfilePage.tsx";
import { define } from "@/define.ts";
import { STATUS } from "@/lib/api/refusal.ts";
import { faultText, fieldText, readForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { nickname, statusText, tags } from "@/lib/protocol/text.ts";

const fields = z.object({ nickname, statusText, tags: z.string().transform(tagList).pipe(tags) });

export const handler = define.handlers({
  async GET(ctx) {
    const { user, parley: { profiles } } = ctx.state;
    if (user === null) return ctx.redirect("/?next=/profile", 303);
    ctx.state.title = "Your profile";
    const person = await profiles.get(user);
    const { takesPictures } = profiles;
    const saved = ctx.url.searchParams.has("saved");
    return page({ person, typed: typedOf(person), takesPictures, saved });
  },

  async POST(ctx) {
    const { user, parley: { profiles } } = ctx.state;
    if (user === null) return ctx.redirect("/?next=/profile", 303);
    const form = await readForm(ctx.req);
    const typed = {
      nickname: fieldText(form, "nickname"),
      statusText: fieldText(form, "statusText"),
      tags: fieldText(form, "tags"),
    };
    const refuse = async (status: number, field: keyof typeof typed, message: string) => {
      const { takesPictures } = profiles;
      const person = await profiles.get(user);
      return page({ person, typed, takesPictures, saved: false, fault: { field, message } }, {
        status,
      });
    };
    const checked = fields.safeParse(typed);
    if (!checked.success) {
      const field = checked.error.issues[0]?.path[0] as keyof typeof typed;
      return await refuse(422, field, faultText(checked.error));
    }
    try {
      await profiles.change(user, checked.data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return await refuse(STATUS[error.code], "nickname", error.message);
    }
    return ctx.redirect("/profile?saved", 303);
  },
});

export default define.page<typeof handler>(({ data }) => <ProfilePage {...data} />);
