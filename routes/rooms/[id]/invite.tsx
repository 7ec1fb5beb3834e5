/** `POST /rooms/{id}/invite`: a link that lets people into a private group. */
import { HttpError, page } from "fresh";
import { InviteLinkPage } from "@/components/InviteLinkPage.tsx";
import { define } from "@/define.ts";
import { roomInfo } from "@/lib/directory/room_record.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";

export const handler = define.handlers({
  GET: (ctx) => ctx.redirect(`/rooms/${ctx.params.id}`, 303),
  async POST(ctx) {
    const { user, parley: { pages, invites }, caller } = ctx.state;
    const { id = "" } = ctx.params;
    if (user === null || !/^[1-9]\d{0,14}$/.test(id)) throw new HttpError(404);
    try {
      const record = await pages.record(user, Number(id));
      const { path } = await invites.create(record, user);
      const scheme = caller.secure ? "https" : "http";
      const link = `${scheme}://${ctx.url.host}${path}`;
      return page({ room: roomInfo(record, user), link });
    } catch (error) {
      if (error instanceof ProtocolError) throw new HttpError(404);
      throw error;
    }
  },
});

export default define.page<typeof handler>(({ data }) => <InviteLinkPage {...data} />);
