/** Passkeys: the second way into an account. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { sessionCookie } from "../../auth/identities.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const passkeys: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/passkey/options",
    summary: "What a browser needs to sign in by a passkey",
    needsUser: false,
    status: 201,
    answer: shapes.webAuthnOptions,
    errors: ["rate_limited"],
    async run({ parley, request, caller }) {
      return { body: { ...await parley.identities.passkeyRequest(request, caller) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/passkey",
    summary: "Sign in by a passkey",
    needsUser: false,
    body: shapes.passkeyLogin,
    status: 200,
    answer: shapes.session,
    errors: ["unauthenticated", "forbidden", "rate_limited"],
    async run({ parley, request, caller, body }) {
      const answer = body.answer as unknown as AuthenticationResponseJSON;
      const session = await parley.identities.loginByPasskey(request, caller, answer);
      const cookie = sessionCookie(session.token, caller.secure);
      return { body: session, headers: { "set-cookie": cookie } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/passkeys",
    summary: "One's passkeys",
    needsUser: true,
    status: 200,
    answer: shapes.passkeyList,
    errors: [],
    async run({ parley, user }) {
      return { body: { passkeys: await parley.security.passkeys(user) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/passkeys/options",
    summary: "What a browser needs to make a passkey",
    needsUser: true,
    status: 201,
    answer: shapes.webAuthnOptions,
    errors: ["forbidden"],
    async run({ parley, request, caller, user }) {
      return { body: { ...await parley.security.passkeyCreation(user, request, caller) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/passkeys",
    summary: "Keep a passkey that a browser made",
    needsUser: true,
    body: shapes.passkeyBody,
    status: 201,
    answer: shapes.passkey,
    errors: ["forbidden"],
    async run({ parley, request, caller, user, body }) {
      const answer = body.answer as unknown as RegistrationResponseJSON;
      return { body: await parley.security.addPasskey(user, request, caller, body.name, answer) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/passkeys/{passkeyId}",
    summary: "Remove a passkey",
    needsUser: true,
    params: shapes.passkeyParams,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden", "not_found"],
    async run({ parley, request, user, params }) {
      await parley.security.removePasskey(user, request, params.passkeyId);
      return { body: {} };
    },
  }),
];
