/** Bots: programs that come in by a name and a token of their own. */
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const bots: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/bots",
    summary: "The bots that one answers for",
    needsUser: true,
    status: 200,
    answer: shapes.botList,
    errors: [],
    async run({ parley, user }) {
      return { body: { bots: await parley.security.bots(user) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "POST",
    path: "/api/bots",
    summary: "Make a bot, which may do what a guest may; its token is shown this once",
    needsUser: true,
    body: shapes.botBody,
    status: 201,
    answer: shapes.newBot,
    errors: ["forbidden", "username_taken"],
    async run({ parley, user, request, body }) {
      const { bot, secret } = await parley.security.createBot(user, request, body.name);
      return { body: { ...bot, token: secret } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/bots/{botId}",
    summary: "Revoke a bot: its token opens nothing any more, its connections are closed",
    needsUser: true,
    params: shapes.botParams,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden", "not_found"],
    async run({ parley, user, request, params }) {
      await parley.security.revokeBot(user, request, params.botId);
      return { body: {} };
    },
  }),
];
