/** What becomes of a message after it was sent. */
import type { ChangeDraft } from "../../room/draft.ts";
import type { Parley } from "../../parley.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

const at = "/api/rooms/{id}/messages/{messageId}";

/** What all of them answer, and may refuse with. */
const common = {
  needsUser: true,
  status: 200,
  answer: shapes.receipt,
  errors: ["not_found", "forbidden", "rate_limited", "save_failed", "overloaded"],
  limited: true,
} as const;

/** The operations that change messages of a server that takes texts of this length. */
export function changes(maxTextLength: number): Operation[] {
  return [
    operation({
      ...shapes.takesNothing,
      ...common,
      method: "PATCH",
      path: at,
      summary: "Edit one's own message",
      params: shapes.messageParams,
      headers: shapes.idempotencyHeaders,
      body: shapes.editBody(maxTextLength),
      run({ parley, user, params, headers, body: { text } }) {
        const txnId = headers["Idempotency-Key"];
        const { id: roomId, messageId: id } = params;
        return done(parley, roomId, { type: "edit", user, id, text, txnId });
      },
    }),
    operation({
      ...shapes.takesNothing,
      ...common,
      method: "DELETE",
      path: at,
      summary: "Delete one's own message, or, as an admin, anybody's",
      params: shapes.messageParams,
      async run({ parley, user, params: { id: roomId, messageId: id } }) {
        const { moderate: moderates } = await parley.membership.mayIn(user, roomId);
        return await done(parley, roomId, { type: "delete", user, id, moderates });
      },
    }),
    operation({
      ...shapes.takesNothing,
      ...common,
      method: "PUT",
      path: `${at}/reactions/{emoji}`,
      summary: "React to a message with an emoji",
      params: shapes.reactionParams,
      run({ parley, user, params: { id: roomId, messageId: id, emoji } }) {
        return done(parley, roomId, { type: "react", user, id, emoji });
      },
    }),
    operation({
      ...shapes.takesNothing,
      ...common,
      method: "DELETE",
      path: `${at}/reactions/{emoji}`,
      summary: "Take one's reaction back",
      params: shapes.reactionParams,
      run({ parley, user, params: { id: roomId, messageId: id, emoji } }) {
        return done(parley, roomId, { type: "react", user, id, emoji, remove: true });
      },
    }),
  ];
}

async function done(parley: Parley, roomId: number, draft: ChangeDraft) {
  const receipt = await parley.say(roomId, draft);
  return { body: { roomId, ...receipt, txnId: draft.txnId } };
}
