/** What is said in a room. */
import { ProtocolError } from "../../protocol/errors.ts";
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
      answerHeaders: ["Link"],
      async run({ parley, user, params, query: { before, limit } }) {
        const page = await parley.pages.history(user, params.id, before, limit);
        const [oldest] = page.messages;
        if (!page.more || oldest === undefined) return { body: page };
        const older = `/api/rooms/${params.id}/messages?before=${oldest.seq}&limit=${limit}`;
        return { body: page, headers: { link: `<${older}>; rel="next"` } };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "POST",
      path: "/api/rooms/{id}/messages",
      summary: "Send a message",
      needsUser: true,
      params: shapes.roomParams,
      headers: shapes.idempotencyHeaders,
      body: shapes.messageBody(maxTextLength),
      status: 201,
      answer: shapes.receipt,
      errors: ["not_found", "rate_limited", "save_failed", "overloaded"],
      limited: true,
      async run({ parley, user, params, headers, body }) {
        const txnId = headers["Idempotency-Key"] ?? body.txnId;
        if (body.txnId !== undefined && body.txnId !== txnId) {
          throw new ProtocolError("invalid_message", "Idempotency-Key and txnId differ. Send one.");
        }
        const receipt = await parley.say(params.id, { type: "message", user, ...body, txnId });
        return { body: { roomId: params.id, ...receipt, txnId } };
      },
    }),
  ];
}
