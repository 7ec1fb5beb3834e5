/** `/invite/{code}`: joins a private group. */
import { HttpError, page } from "fresh";
import { InvitedPage } from "@/components/InvitedPage.tsx";
import { define } from "@/define.ts";
import { inviteParams } from "@/lib/api/shapes.ts";
import { roomInfo } from "@/lib/directory/room_record.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user, parley: { invites } } = ctx.state;
    const { code = "" } = ctx.params;
    if (user === null) return ctx.redirect(`/?next=/invite/${encodeURIComponent(code)}`, 303);
    const { name } = roomInfo(await valid(invites.room(codeOf(code))), user);
    return page({ name, code });
  },
  async POST(ctx) {
    const { user, parley: { invites } } = ctx.state;
    const { code = "" } = ctx.params;
    if (user === null) return ctx.redirect(`/?next=/invite/${encodeURIComponent(code)}`, 303);
    const { id } = await valid(invites.accept(codeOf(code), user));
    return ctx.redirect(`/rooms/${id}`, 303);
  },
});

export default define.page<typeof handler>(({ data }) => <InvitedPage {...data} />);

function codeOf(text: string): string {
  const { data } = inviteParams.shape.code.safeParse(text);
  if (data === undefined) throw new HttpError(404);
  return data;
}

/** An invitation that is over is a page that is not there. */
async function valid<Result>(found: Promise<Result>): Promise<Result> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof ProtocolError) throw new HttpError(404);
    throw error;
  }
}
