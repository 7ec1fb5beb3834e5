/** Rooms, and how one gets into them. */
import { roomInfo } from "../../directory/rooms.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const rooms: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/rooms",
    summary: "Rooms that one may see, and who is online",
    needsUser: false,
    status: 200,
    answer: shapes.home,
    errors: [],
    async run({ parley, user }) {
      return { body: await parley.pages.home(user) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/rooms",
    summary: "Make a group",
    needsUser: true,
    body: shapes.roomBody,
    status: 201,
    answer: shapes.room,
    errors: ["name_taken"],
    async run({ parley, user, body }) {
      const room = body.private
        ? await parley.rooms.createPrivate(body.name, user)
        : await parley.rooms.createGroup(body.name, user);
      return { body: roomInfo(room, user) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/rooms/{id}",
    summary: "A room",
    needsUser: true,
    params: shapes.roomParams,
    status: 200,
    answer: shapes.room,
    errors: ["not_found"],
    async run({ parley, user, params }) {
      return { body: await parley.pages.info(user, params.id) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/rooms/{id}/invites",
    summary: "Invite people to a private group",
    needsUser: true,
    params: shapes.roomParams,
    body: shapes.inviteBody,
    status: 201,
    answer: shapes.invite,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params, body }) {
      const room = await parley.pages.record(user, params.id);
      const code = await parley.invites.create(room, body.uses, body.expiresIn);
      return { body: { code, path: `/invite/${code}` } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/invites/{code}",
    summary: "Accept an invitation",
    needsUser: true,
    params: shapes.inviteParams,
    status: 200,
    answer: shapes.room,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params }) {
      return { body: roomInfo(await parley.invites.accept(params.code, user), user) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/direct",
    summary: "The 1:1 room with somebody, made once",
    needsUser: true,
    body: shapes.nameBody,
    status: 200,
    answer: shapes.room,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, body }) {
      const other = await parley.users.partner(body.username, user);
      const { id, kind } = await parley.rooms.direct(user, other);
      return { body: { id, kind, name: other.name } };
    },
  }),
];
