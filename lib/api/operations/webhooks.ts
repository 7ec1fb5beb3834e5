/** Incoming webhooks: how other programs say something in a room. */
import { hookBody, hookText } from "../../hooks/slack.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { messageText } from "../../protocol/text.ts";
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

/** The operations on webhooks of a server that takes texts of this length. */
export function webhooks(maxTextLength: number): Operation[] {
  return [
    operation({
      ...shapes.takesNothing,
      method: "GET",
      path: "/api/rooms/{id}/webhooks",
      summary: "A room's webhooks: admins may see them",
      needsUser: true,
      params: shapes.roomParams,
      status: 200,
      answer: shapes.webhookList,
      errors: ["not_found", "forbidden"],
      async run({ parley, user, params }) {
        await parley.membership.moderated(user, params.id);
        return { body: { webhooks: await parley.webhooks.of(params.id) } };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "POST",
      path: "/api/rooms/{id}/webhooks",
      summary: "Make an address by which a program speaks here, as a bot: admins may",
      needsUser: true,
      params: shapes.roomParams,
      body: shapes.webhookBody,
      status: 201,
      answer: shapes.newWebhook,
      errors: ["not_found", "forbidden", "username_taken"],
      async run({ parley, user, params, body }) {
        return { body: await parley.membership.addWebhook(user, params.id, body.name) };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "DELETE",
      path: "/api/rooms/{id}/webhooks/{hookId}",
      summary: "End a webhook: admins may",
      needsUser: true,
      params: shapes.webhookParams,
      status: 200,
      answer: shapes.nothing,
      errors: ["not_found", "forbidden"],
      async run({ parley, user, params }) {
        await parley.membership.moderated(user, params.id);
        await parley.webhooks.revoke(params.id, params.hookId);
        return { body: {} };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "GET",
      path: "/api/rooms/{id}/subscriptions",
      summary: "The addresses that are told of what is said in a room: admins may see them",
      needsUser: true,
      params: shapes.roomParams,
      status: 200,
      answer: shapes.subscriptionList,
      errors: ["not_found", "forbidden"],
      async run({ parley, user, params }) {
        await parley.membership.moderated(user, params.id);
        const all = await parley.subscriptions.of(params.id);
        return { body: { subscriptions: all.map(({ secret: _, ...told }) => told) } };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "POST",
      path: "/api/rooms/{id}/subscriptions",
      summary: "Tell an address of all that is said in a room from now on: admins may",
      needsUser: true,
      params: shapes.roomParams,
      body: shapes.subscriptionBody,
      status: 201,
      answer: shapes.newSubscription,
      errors: ["not_found", "forbidden"],
      async run({ parley, user, params, body }) {
        await parley.membership.moderated(user, params.id);
        const made = await parley.couriers.add(params.id, body.url, user);
        return { body: { ...made, secret: `whsec_${made.secret}` } };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "DELETE",
      path: "/api/rooms/{id}/subscriptions/{subscriptionId}",
      summary: "Tell an address no more: admins may",
      needsUser: true,
      params: shapes.subscriptionParams,
      status: 200,
      answer: shapes.nothing,
      errors: ["not_found", "forbidden"],
      async run({ parley, user, params }) {
        await parley.membership.moderated(user, params.id);
        await parley.couriers.remove(params.id, params.subscriptionId);
        return { body: {} };
      },
    }),
    operation({
      ...shapes.takesNothing,
      method: "POST",
      path: "/api/hooks/{secret}",
      summary:
        "Say something by a webhook; what is sent to Slack's incoming webhooks is understood",
      needsUser: false,
      params: shapes.hookParams,
      headers: shapes.idempotencyHeaders,
      body: hookBody,
      status: 200,
      answer: shapes.receipt,
      errors: ["not_found", "forbidden", "rate_limited", "save_failed", "overloaded"],
      async run({ parley, params, headers, body }) {
        const { roomId, bot } = await parley.webhooks.bySecret(params.secret);
        const text = messageText(maxTextLength).safeParse(hookText(body));
        if (!text.success) {
          throw new ProtocolError("invalid_message", `text: ${text.error.issues[0]?.message}.`);
        }
        const txnId = headers["Idempotency-Key"];
        const receipt = await parley.say(roomId, {
          type: "message",
          user: bot,
          text: text.data,
          txnId,
        });
        return { body: { roomId, ...receipt, txnId } };
      },
    }),
  ];
}
