/** `/rooms/{id}/settings`: about a room, and what may be changed there. */
import { HttpError, page } from "fresh";
import { z } from "zod";
import type { Fault } from "@/components/ActForm.tsx";
import type { RoomSettingsProps } from "@/components/room_settings.ts";
import { RoomSettingsPage } from "@/components/RoomSettingsPage.tsx";
import { define, type State } from "@/define.ts";
import { inviteParams, webhookParams } from "@/lib/api/shapes.ts";
import { roomInfo } from "@/lib/directory/room_record.ts";
import { fieldText, formValue, readForm } from "@/lib/forms.ts";
import type { Parley } from "@/lib/parley.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { roomName, roomTopic, userName } from "@/lib/protocol/text.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user, parley } = ctx.state;
    const roomId = roomIdOf(ctx.params.id);
    if (user === null) return ctx.redirect(`/?next=/rooms/${roomId}/settings`, 303);
    return page(await show(parley, user, roomId, originOf(ctx)));
  },

  async POST(ctx) {
    const { user, parley } = ctx.state;
    const roomId = roomIdOf(ctx.params.id);
    if (user === null) return ctx.redirect(`/?next=/rooms/${roomId}/settings`, 303);
    const form = await readForm(ctx.req);
    const name = fieldText(form, "act");
    const act = Object.hasOwn(ACTS, name) ? ACTS[name] : undefined;
    if (act === undefined) throw new HttpError(400, "There is no such act.");
    try {
      const made = await act(parley, user, roomId, (field) => fieldText(form, field));
      if (name === "hook") {
        // The address is nowhere but in this answer.
        const origin = originOf(ctx);
        return page({ ...await show(parley, user, roomId, origin), newHook: origin + made });
      }
      const gone = name === "leave" || name === "delete";
      return ctx.redirect(gone ? "/" : `/rooms/${roomId}/settings`, 303);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      const fault: Fault = { act: name, message: error.message };
      return page(await show(parley, user, roomId, originOf(ctx), fault), { status: 422 });
    }
  },
});

export default define.page<typeof handler>(({ data }) => <RoomSettingsPage {...data} />);

type Act = (
  parley: Parley,
  user: User,
  roomId: number,
  field: (name: string) => string,
) => Promise<unknown>;

/** What the page's forms do, by their `act`. */
const ACTS: Readonly<Record<string, Act>> = {
  async about({ membership }, user, roomId, field) {
    const name = await formValue(roomName, field("name"));
    const topic = await formValue(roomTopic, field("topic"));
    await membership.update(user, roomId, { name, topic });
  },
  async notify({ membership }, user, roomId, field) {
    const notify = await formValue(z.enum(["all", "mentions", "none"]), field("notify"));
    await membership.setOwn(user, roomId, { notify });
  },
  async add({ membership }, user, roomId, field) {
    await membership.add(user, roomId, await formValue(userName, field("username")));
  },
  async role({ membership }, user, roomId, field) {
    const role = await formValue(z.enum(["owner", "admin", "member"]), field("role"));
    await membership.setRole(user, roomId, await formValue(userName, field("username")), role);
  },
  async remove({ membership }, user, roomId, field) {
    await membership.remove(user, roomId, await formValue(userName, field("username")), false);
  },
  async ban({ membership }, user, roomId, field) {
    await membership.remove(user, roomId, await formValue(userName, field("username")), true);
  },
  async revoke({ membership, invites }, user, roomId, field) {
    await membership.moderated(user, roomId);
    await invites.revoke(roomId, await formValue(inviteParams.shape.code, field("code")));
  },
  async hook({ membership }, user, roomId, field) {
    const name = await formValue(userName, field("name"));
    return (await membership.addWebhook(user, roomId, name)).path;
  },
  async unhook({ membership, webhooks }, user, roomId, field) {
    await membership.moderated(user, roomId);
    await webhooks.revoke(roomId, await formValue(webhookParams.shape.hookId, field("hook")));
  },
  archive: ({ membership }, user, roomId) => membership.update(user, roomId, { archived: true }),
  open: ({ membership }, user, roomId) => membership.update(user, roomId, { archived: false }),
  leave: ({ membership }, user, roomId) => membership.leave(user, roomId),
  async delete({ membership, pages }, user, roomId, field) {
    const { name } = await pages.info(user, roomId);
    if (field("name").trim() !== name) {
      throw new ProtocolError("invalid_message", `To delete the group, write its name: ${name}.`);
    }
    await membership.delete(user, roomId);
  },
};

async function show(
  parley: Parley,
  user: User,
  roomId: number,
  origin: string,
  fault?: Fault,
): Promise<RoomSettingsProps> {
  const { membership, invites, webhooks, pages } = parley;
  try {
    const room = roomInfo(await pages.record(user, roomId), user);
    const may = await membership.mayIn(user, roomId);
    const { notify } = await membership.setOwn(user, roomId, {});
    const people = await membership.members(user, roomId);
    const valid = may.moderate ? await invites.of(roomId) : [];
    const hooks = may.moderate ? await webhooks.of(roomId) : [];
    const lists = { ...people, invites: valid, webhooks: hooks };
    return { room, self: user, notify, ...lists, may, origin, fault };
  } catch (error) {
    if (error instanceof ProtocolError) throw new HttpError(404);
    throw error;
  }
}

function roomIdOf(id = ""): number {
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new HttpError(404);
  return Number(id);
}

function originOf({ state, url }: { state: State; url: URL }): string {
  return `${state.caller.secure ? "https" : "http"}://${url.host}`;
}
