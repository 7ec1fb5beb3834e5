/** Who belongs to a group, and how people get into it and out again. */
import { roomInfo } from "../../directory/room_record.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const members: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/rooms/{id}/members",
    summary: "A room's people; of a public group those with a role and those who are there now",
    needsUser: true,
    params: shapes.roomParams,
    status: 200,
    answer: shapes.memberList,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params }) {
      return { body: await parley.membership.members(user, params.id) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/rooms/{id}/members",
    summary: "Let somebody in (admins may), also after a ban; or give them a role (the owner may)",
    needsUser: true,
    params: shapes.roomParams,
    body: shapes.memberBody,
    status: 200,
    answer: shapes.memberList,
    errors: ["not_found", "forbidden"],
    async run({ parley: { membership }, user, params: { id }, body: { username, role } }) {
      if (role === undefined) await membership.add(user, id, username);
      else await membership.setRole(user, id, username, role);
      return { body: await membership.members(user, id) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/rooms/{id}/members",
    summary: "Put somebody out, for good with `ban` (admins may); or leave the group",
    needsUser: true,
    params: shapes.roomParams,
    query: shapes.memberQuery,
    status: 200,
    answer: shapes.nothing,
    errors: ["not_found", "forbidden"],
    async run({ parley: { membership }, user, params: { id }, query: { username, ban } }) {
      if (username === undefined) await membership.leave(user, id);
      else await membership.remove(user, id, username, ban);
      return { body: {} };
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
      return { body: await parley.invites.create(room, user, body.uses, body.expiresIn) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/rooms/{id}/invites",
    summary: "The invitations that are valid now: admins may see them",
    needsUser: true,
    params: shapes.roomParams,
    status: 200,
    answer: shapes.inviteList,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params }) {
      await parley.membership.moderated(user, params.id);
      return { body: { invites: await parley.invites.of(params.id) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/rooms/{id}/invites/{code}",
    summary: "Take an invitation back: admins may",
    needsUser: true,
    params: shapes.roomInviteParams,
    status: 200,
    answer: shapes.nothing,
    errors: ["not_found", "forbidden"],
    async run({ parley, user, params }) {
      await parley.membership.moderated(user, params.id);
      await parley.invites.revoke(params.id, params.code);
      return { body: {} };
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
];
