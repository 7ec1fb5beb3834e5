/** `GET /rooms/{id}`: a room with its history, live from then on. */
import { HttpError, page } from "fresh";
import { RoomPage, type RoomPageProps } from "@/components/RoomPage.tsx";
import { define } from "@/define.ts";
import type { Parley } from "@/lib/parley.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import type { User } from "@/lib/protocol/server_frames.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { parley, user } = ctx.state;
    const { id = "" } = ctx.params;
    if (!/^[1-9]\d{0,14}$/.test(id)) throw new HttpError(404);
    if (user === null) return ctx.redirect(`/?next=/rooms/${id}`, 303);
    const [snapshot, overview] = await Promise.all([
      openRoom(parley, user, Number(id)),
      parley.pages.home(user, { own: true, current: Number(id) }),
    ]);
    ctx.state.title = snapshot.room.name;
    const data: RoomPageProps = { snapshot, overview, now: Date.now() };
    // What is shown by going back must be read anew, not from the browser's cache.
    return page(data, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data }) => <RoomPage {...data} />);

/** A room that does not exist and one that is not theirs look the same to a user. */
async function openRoom(parley: Parley, user: User, roomId: number): Promise<RoomSnapshot> {
  try {
    return await parley.pages.room(user, roomId);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === "not_found") throw new HttpError(404);
    throw error;
  }
}
