/** What is said in a room. */
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

/** The operations on messages of a server that takes texts of this length. */
export function messages(maxTextLength: number): Operation[] {
  return [
    operation({
      ...shapes.takesNothing,
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
      ...shapes.takesNothing,
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
  ];
}
