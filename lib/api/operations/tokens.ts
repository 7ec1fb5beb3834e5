/** Tokens: how programs get in. */
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const tokens: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/auth/token",
    summary: "A short-lived access token (JWT), for a session or a personal token",
    needsUser: true,
    status: 201,
    answer: shapes.accessToken,
    errors: ["forbidden"],
    async run({ parley, user, request }) {
      return { body: await parley.security.accessToken(user, request) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/tokens",
    summary: "One's personal tokens",
    needsUser: true,
    status: 200,
    answer: shapes.tokenList,
    errors: [],
    async run({ parley, user }) {
      return { body: { tokens: await parley.security.tokens(user) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/tokens",
    summary: "Make a personal token; its secret is shown this once",
    needsUser: true,
    body: shapes.tokenBody,
    status: 201,
    answer: shapes.newToken,
    errors: ["forbidden"],
    async run({ parley, user, request, body }) {
      const { token, secret } = await parley.security.createToken(user, request, body.name);
      return { body: { ...token, token: secret } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/tokens/{tokenId}",
    summary: "Revoke a personal token",
    needsUser: true,
    params: shapes.tokenParams,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden", "not_found"],
    async run({ parley, user, request, params }) {
      await parley.security.revokeToken(user, request, params.tokenId);
      return { body: {} };
    },
  }),
];
