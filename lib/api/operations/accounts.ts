/** Getting in and out: names, accounts, sessions. */
import type { Caller } from "../../auth/caller.ts";
import { sessionCookie } from "../../auth/identities.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const accounts: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/guest",
    summary: "Take a name",
    needsUser: false,
    body: shapes.nameBody,
    status: 201,
    answer: shapes.session,
    errors: ["username_taken"],
    async run({ parley, request, body, caller }) {
      return withCookie(await parley.identities.startGuest(body.username, request, caller), caller);
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/register",
    summary: "Make an account; a guest who keeps the name stays the same person",
    needsUser: false,
    body: shapes.registerBody,
    status: 201,
    answer: shapes.session,
    errors: ["username_taken", "forbidden"],
    async run({ parley, request, body, user, caller }) {
      const { username, password } = body;
      const guest = user ?? undefined;
      return withCookie(
        await parley.identities.register(username, password, guest, request, caller),
        caller,
      );
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/login",
    summary: "Log in",
    needsUser: false,
    body: shapes.loginBody,
    status: 200,
    answer: shapes.session,
    errors: ["unauthenticated", "rate_limited", "forbidden"],
    async run({ parley, request, body, caller }) {
      const { username, password } = body;
      return withCookie(
        await parley.identities.login(username, password, request, caller),
        caller,
      );
    },
  }),
  operation({
    ...shapes.takesNothing,
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
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/password",
    summary: "Change the password; all other sessions end",
    needsUser: true,
    body: shapes.passwordBody,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden", "rate_limited"],
    async run({ parley, user, request, caller, body }) {
      await parley.security.changePassword(user, request, caller, body);
      return { body: {} };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/sessions",
    summary: "One's sessions, on all devices",
    needsUser: true,
    status: 200,
    answer: shapes.sessionList,
    errors: [],
    async run({ parley, request, user }) {
      return { body: { sessions: await parley.identities.sessions(user, request) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/sessions",
    summary: "End all of one's other sessions",
    needsUser: true,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden"],
    async run({ parley, request, user }) {
      await parley.identities.endOtherSessions(user, request);
      return { body: {} };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/sessions/{sessionId}",
    summary: "End one of one's sessions",
    needsUser: true,
    params: shapes.sessionParams,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden", "not_found"],
    async run({ parley, request, user, params }) {
      await parley.identities.endSession(user, request, params.sessionId);
      return { body: {} };
    },
  }),
];

/** A session as an answer, kept by browsers as a cookie, too. */
function withCookie<Session extends { token: string }>(session: Session, caller: Caller) {
  return { body: session, headers: { "set-cookie": sessionCookie(session.token, caller.secure) } };
}
