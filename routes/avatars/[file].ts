/** `GET /avatars/{name}`: somebody's picture. */
import { HttpError } from "fresh";
import { define } from "@/define.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const bytes = await ctx.state.parley.profiles.picture(ctx.params.file ?? "");
    if (bytes === undefined) throw new HttpError(404);
    return new Response(bytes, {
      headers: {
        "content-type": "image/webp",
        "content-disposition": "inline",
        // Its name is made from what is in it.
        "cache-control": "public, max-age=31536000, immutable",
        "cross-origin-resource-policy": "same-origin",
      },
    });
  },
});
