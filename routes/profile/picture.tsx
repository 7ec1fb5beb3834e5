/** `POST /profile/picture`: has a picture, or none any more. */
import { HttpError, page } from "fresh";
import { typedOf } from "@/components/profile_form.ts";
import { ProfilePage } from "@/components/ProfilePage.tsx";
import { define } from "@/define.ts";
import { STATUS } from "@/lib/api/refusal.ts";
import { readFileForm } from "@/lib/forms.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { MAX_PICTURE_BYTES } from "@/lib/uploads/picture.ts";

/** What a form needs beside its file, in bytes. */
const FORM_BYTES = 16_384;

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect("/profile", 303),
  async POST(ctx) {
    const { user, parley: { profiles } } = ctx.state;
    if (user === null) return ctx.redirect("/?next=/profile", 303);
    try {
      const form = await readFileForm(ctx.req, MAX_PICTURE_BYTES + FORM_BYTES);
      if (form.has("remove")) await profiles.removePicture(user);
      else await profiles.setPicture(user, await chosen(form));
      return ctx.redirect("/profile?saved", 303);
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      const message = status === 413
        ? "That picture is larger than 2 MB. Choose a smaller one."
        : (error as Error).message;
      const person = await profiles.get(user);
      const { takesPictures } = profiles;
      const fault = { field: "picture" as const, message };
      return page({ person, typed: typedOf(person), takesPictures, saved: false, fault }, {
        status,
      });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <ProfilePage {...data} />);

async function chosen(form: FormData): Promise<Uint8Array> {
  const file = form.get("picture");
  if (file instanceof File && file.size > 0) return await file.bytes();
  throw new ProtocolError("invalid_message", "Choose a picture first.");
}

/** The status for what the person can mend; undefined for anything else. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpError && error.status === 413) return 413;
  return error instanceof ProtocolError ? STATUS[error.code] : undefined;
}
