/** All operations of the REST API. */
import type { Caller } from "../auth/caller.ts";
import { sessionCookie } from "../auth/identities.ts";
import { roomInfo } from "../directory/rooms.ts";
import { type Operation, operation } from "./operation.ts";
import * as shapes from "./shapes.ts";

const nothing = { params: shapes.nothing, query: shapes.nothing, body: undefined };

/** The operations of a server that takes texts of this length. */
export function operations(maxTextLength: number): Operation[] {
  return [
    operation({
      ...nothing,
      method: "POST",
      path: "/api/auth/guest",
      summary: "Take a name",
      needsUser: false,
      body: shapes.nameBody,
      status: 201,
      answer: shapes.session,
      errors: ["username_taken"],
      async run({ parley, body, caller }) {
        return withCookie(await parley.identities.startGuest(body.username), caller);
      },
    }),
    operation({
      ...nothing,
      method: "POST",
      path: "/api/auth/register",
      summary: "Make an account; a guest who keeps the name stays the same person",
      needsUser: false,
      body: shapes.registerBody,
      status: 201,
      answer: shapes.session,
      errors: ["username_taken", "forbidden"],
      async run({ parley, body, user, caller }) {
        const { username, password } = body;
        const session = await parley.identities.register(username, password, user ?? undefined);
        return withCookie(session, caller);
      },
    }),
    operation({
      ...nothing,
      method: "POST",
      path: "/api/auth/login",
      summary: "Log in",
      needsUser: false,
      body: shapes.loginBody,
      status: 200,
      answer: shapes.session,
      errors: ["unauthenticated", "rate_limited"],
      async run({ parley, body, caller }) {
        const { username, password } = body;
        return withCookie(
          await parley.identities.login(username, password, caller.address),
          caller,
        );
      },
    }),
    operation({
      ...nothing,
      method: "POST",
      path: "/api/auth/logout",
      summary: "End the session",
      needsUser: true,
      status: 200,
      answer: shapes.nothing,
      errors: [],
      async run({ parley, request, caller }) {
        await parley.identities.end(request);
        return {
          body: {},
          headers: { "set-cookie": sessionCookie(undefined, caller.secure) },
        };
      },
    }),
    operation({
      ...nothing,
      method: "GET",
      path: "/api/profile",
      summary: "Who one is",
      needsUser: true,
      status: 200,
      answer: shapes.user,
      errors: [],
      run: ({ user }) => Promise.resolve({ body: user }),
    }),
    operation({
      ...nothing,
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
      ...nothing,
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
      ...nothing,
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
      ...nothing,
      method: "GET",
      path: "/api/rooms/{id}/messages",
      summary: "A page of a room's history",
      needsUser: true,
      params: shapes.roomParams,
      query: shapes.pageQuery,
      status: 200,
      answer: shapes.messagePage,
      errors: ["not_found", "overloaded"],
      async run({ parley, user, params, query }) {
        return { body: await parley.pages.history(user, params.id, query.before, query.limit) };
      },
    }),
    operation({
      ...nothing,
      method: "POST",
      path: "/api/rooms/{id}/messages",
      summary: "Send a message",
      needsUser: true,
      params: shapes.roomParams,
      body: shapes.messageBody(maxTextLength),
      status: 201,
      answer: shapes.receipt,
      errors: ["not_found", "rate_limited", "save_failed", "overloaded"],
      async run({ parley, user, params, body }) {
        const receipt = await parley.say(params.id, { user, ...body });
        return { body: { roomId: params.id, ...receipt, txnId: body.txnId } };
      },
    }),
    operation({
      ...nothing,
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
      ...nothing,
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
      ...nothing,
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
}

/** A session as an answer, kept by browsers as a cookie, too. */
function withCookie<Session extends { token: string }>(session: Session, caller: Caller) {
  return { body: session, headers: { "set-cookie": sessionCookie(session.token, caller.secure) } };
}
