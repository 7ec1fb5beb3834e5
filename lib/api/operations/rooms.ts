/** Rooms, and how one gets into them. */
import { roomInfo } from "../../directory/room_record.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const rooms: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/rooms",
    summary: "Rooms that one may see, and who is online",
    needsUser: false,
    query: shapes.homeQuery,
    status: 200,
    answer: shapes.home,
    errors: [],
    async run({ parley, user, query }) {
      return { body: await parley.pages.home(user, query) };
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
    answerHeaders: ["Location"],
    async run({ parley, user, body }) {
      const room = await parley.rooms.createGroup(body.name, user, { isPrivate: body.private });
      return { body: roomInfo(room, user), headers: { location: `/api/rooms/${room.id}` } };
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
    method: "PATCH",
    path: "/api/rooms/{id}",
    summary: "Change a group: its admins may",
    needsUser: true,
    params: shapes.roomParams,
    body: shapes.roomChanges,
    status: 200,
    answer: shapes.room,
    errors: ["not_found", "forbidden", "name_taken"],
    async run({ parley, user, params, body }) {
      return { body: roomInfo(await parley.membership.update(user, params.id, body), user) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/rooms/{id}",
    summary: "Delete a group with all that was said in it: its owner may",
    needsUser: true,
    params: shapes.roomParams,
    status: 200,
    answer: shapes.nothing,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params }) {
      await parley.membership.delete(user, params.id);
      return { body: {} };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "PATCH",
    path: "/api/rooms/{id}/me",
    summary: "How far one has read in a room, and of what one wants to be told",
    needsUser: true,
    params: shapes.roomParams,
    body: shapes.ownRoomChanges,
    status: 200,
    answer: shapes.ownRoom,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params, body }) {
      return { body: await parley.membership.setOwn(user, params.id, body) };
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
