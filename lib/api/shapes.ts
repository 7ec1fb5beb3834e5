/** The shapes of the REST API: each is checked with, and documented from, the same schema. */
import { z } from "zod";
import { newPassword, password } from "../auth/passwords.ts";
import { INVITE_MS, INVITE_USES } from "../directory/invites.ts";
import { ERRORS } from "../protocol/errors.ts";
import {
  emoji,
  label,
  messageText,
  roomName,
  roomTopic,
  userName,
  wellFormed,
} from "../protocol/text.ts";

const txnId = wellFormed.min(1).max(64);

/** No parameters. */
export const nothing = z.object({});

/** What an operation takes unless it says otherwise. */
export const takesNothing = { params: nothing, query: nothing, headers: nothing, body: undefined };

export const user = z.object({
  id: z.uuid(),
  name: z.string().meta({ description: "Nobody else's." }),
  nickname: z.string().optional().meta({
    description:
      "What they would like to be called. Others may be called the same: show the name, too.",
  }),
  avatar: z.string().optional().meta({ description: "The path of their picture (WebP)." }),
  statusText: z.string().optional().meta({ description: "What they are up to." }),
  ownerId: z.uuid().optional().meta({
    description: "Of a bot, and so that it is one: the id of the person who answers for it.",
  }),
}).meta({
  id: "User",
  description: "Someone who can be talked to.",
});

export const session = z.object({
  user,
  token: z.string().meta({ description: "Shown as `Authorization: Bearer …`. Keep it secret." }),
}).meta({ id: "Session" });

export const sessionList = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      createdAt: z.int().meta({ description: "Unix milliseconds." }),
      usedAt: z.int().meta({ description: "Unix milliseconds, to the hour." }),
      address: z.string(),
      agent: z.string().meta({ description: "The client's User-Agent." }),
      current: z.boolean().optional().meta({ description: "Whether it is this request's." }),
    }).meta({ id: "SessionInfo" }),
  ),
}).meta({ id: "SessionList" });

export const sessionParams = z.object({ sessionId: z.string().regex(/^[0-9a-f]{16}$/) });

const account = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: z.int().meta({ description: "Unix milliseconds." }),
  online: z.boolean(),
  administrator: z.boolean(),
  deactivated: z.boolean(),
}).meta({ id: "Account" });

export const accountList = z.object({
  accounts: z.array(account),
  next: z.string().optional().meta({ description: "Where the next page starts: the `cursor`." }),
}).meta({ id: "AccountList" });

export const accountsQuery = z.object({
  cursor: z.uuid().optional(),
  limit: z.string().regex(/^([1-9]\d?|100)$/).transform(Number).default(50).meta({
    description: "1 to 100.",
  }),
});

export const accountParams = z.object({ username: userName });

export const accountChanges = z.object({
  deactivated: z.boolean().optional(),
  administrator: z.literal(true).optional(),
}).meta({ id: "AccountChanges" });

export const serverSettings = z.object({
  registrationOpen: z.boolean().meta({ description: "Whether anybody may make an account." }),
}).meta({ id: "ServerSettings" });

export const auditQuery = z.object({
  before: z.uuid().optional().meta({ description: "Entries older than the one of that id." }),
  limit: accountsQuery.shape.limit,
});

export const auditPage = z.object({
  entries: z.array(
    z.object({
      id: z.uuid(),
      at: z.int().meta({ description: "Unix milliseconds." }),
      by: user,
      act: z.string(),
      subject: z.string(),
    }).meta({ id: "AuditEntry" }),
  ).meta({ description: "Newest first." }),
}).meta({ id: "AuditPage" });

export const passwordBody = z.object({
  password: password.meta({ description: "The old one." }),
  newPassword,
}).meta({ id: "PasswordChange" });

export const accessToken = z.object({
  token: z.string().meta({ description: "A JWT, shown as `Authorization: Bearer …`." }),
  expiresIn: z.int().meta({ description: "Seconds." }),
}).meta({ id: "AccessToken" });

const personalToken = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().meta({ description: "How it begins." }),
  createdAt: z.int().meta({ description: "Unix milliseconds." }),
  usedAt: z.int().optional().meta({
    description: "When it was used last: Unix milliseconds, to the hour.",
  }),
}).meta({ id: "PersonalToken" });

export const tokenList = z.object({ tokens: z.array(personalToken) }).meta({ id: "TokenList" });

export const newToken = personalToken.extend({
  token: z.string().meta({
    description: "Shown as `Authorization: Bearer …`. It is told this once: keep it secret.",
  }),
}).meta({ id: "NewToken" });

export const tokenBody = z.object({ name: label }).meta({ id: "TokenToMake" });

export const tokenParams = z.object({ tokenId: z.uuid() });

const bot = z.object({
  ...user.shape,
  ...personalToken.pick({ prefix: true, createdAt: true, usedAt: true }).shape,
}).meta({ id: "Bot", description: "A program with a name and a token of its own." });

export const botList = z.object({ bots: z.array(bot) }).meta({ id: "BotList" });

export const newBot = bot.extend({ token: newToken.shape.token }).meta({ id: "NewBot" });

export const botBody = z.object({ name: userName }).meta({ id: "BotToMake" });

export const botParams = z.object({ botId: z.uuid() });

export const webAuthnOptions = z.looseObject({ challenge: z.string() }).meta({
  id: "WebAuthnOptions",
  description: "Options as WebAuthn Level 3 §5.1.8 and §5.1.9 write them in JSON.",
});

/** Base64url of at most 1,023 bytes (WebAuthn Level 3 §4). */
const credentialId = z.string().regex(/^[\w-]{1,1400}$/);

const webAuthnAnswer = z.looseObject({
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  response: z.looseObject({ clientDataJSON: z.string() }),
  clientExtensionResults: z.looseObject({}),
}).meta({ id: "WebAuthnAnswer", description: "The credential's `toJSON()`." });

export const passkeyLogin = z.object({ answer: webAuthnAnswer }).meta({ id: "PasskeyLogin" });

export const passkeyBody = z.object({ answer: webAuthnAnswer, name: label }).meta({
  id: "PasskeyBody",
});

export const passkey = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.int().meta({ description: "Unix milliseconds." }),
  usedAt: z.int().optional().meta({ description: "Unix milliseconds." }),
}).meta({ id: "Passkey" });

export const passkeyList = z.object({ passkeys: z.array(passkey) }).meta({ id: "PasskeyList" });

export const passkeyParams = z.object({ passkeyId: credentialId });

/** A query parameter that is said or not. */
const flag = z.enum(["true", "false"]).default("false").transform((said) => said === "true");

const role = z.enum(["owner", "admin", "member"]).meta({
  id: "Role",
  description: "An owner may do what an admin may, and an admin what a member may.",
});

const notify = z.enum(["all", "mentions", "none"]).meta({
  id: "Notify",
  description: "Of which messages one wants to be told.",
});

export const room = z.object({
  id: z.int().positive(),
  kind: z.enum(["group", "direct"]),
  name: z.string().meta({ description: "Of a 1:1 room: the other person's name." }),
  topic: z.string().optional().meta({ description: "What a group is about." }),
  private: z.literal(true).optional().meta({ description: "Its members alone know of it." }),
  archived: z.boolean().optional().meta({ description: "It can only be read." }),
  role: role.optional().meta({ description: "What one is there." }),
}).meta({ id: "Room" });

export const roomSummary = z.object({
  ...room.shape,
  online: z.array(user).readonly().meta({ description: "The first few who are online." }),
  onlineCount: z.int().nonnegative(),
  unread: z.int().nonnegative().meta({ description: "Messages of others after the read mark." }),
  mentions: z.int().nonnegative().meta({ description: "How many of them name whoever asks." }),
  notify,
  other: user.optional().meta({ description: "The other person of a 1:1 room." }),
}).meta({ id: "RoomSummary" });

export const home = z.object({
  groups: z.array(roomSummary).readonly(),
  directs: z.array(roomSummary).readonly(),
  people: z.array(user).readonly().meta({ description: "Others who are online." }),
  account: z.boolean().meta({ description: "Whether one has an account." }),
}).meta({ id: "Home" });

export const homeQuery = z.object({
  own: flag.meta({ description: "Without public groups where one never was." }),
});

export const message = z.object({
  id: z.uuid(),
  seq: z.int().positive().meta({ description: "Place in the room's log, without holes." }),
  roomId: z.int().positive(),
  userId: z.uuid(),
  sender: z.string(),
  text: z.string(),
  ts: z.int().positive().meta({ description: "Unix milliseconds; never decreases within a room." }),
  txnId: z.string().optional(),
  replyTo: z.uuid().optional(),
  editedAt: z.int().positive().optional().meta({
    description: "When the text was last changed; Unix milliseconds.",
  }),
  deleted: z.literal(true).optional().meta({
    description: "It was deleted: its text is empty, its place in the log stays.",
  }),
  reactions: z.array(z.object({
    emoji: z.string(),
    users: z.array(z.object({ id: z.uuid(), name: z.string() })).readonly().meta({
      description: "Who reacted so, first come first.",
    }),
  })).readonly().optional(),
}).meta({ id: "Message" });

export const messagePage = z.object({
  messages: z.array(message).meta({ description: "Oldest first." }),
  more: z.boolean().meta({ description: "Whether older ones exist: ask with `before`." }),
}).meta({ id: "MessagePage" });

export const receipt = z.object({
  roomId: z.int().positive(),
  id: z.uuid(),
  seq: z.int().positive(),
  ts: z.int().positive(),
  txnId: z.string().optional(),
}).meta({ id: "Receipt", description: "The message is on disk." });

export const error = z.object({
  error: z.object({
    code: z.enum(Object.keys(ERRORS) as [keyof typeof ERRORS]),
    message: z.string().meta({ description: "A sentence for a person." }),
  }),
}).meta({ id: "Error" });

export const roomParams = z.object({
  id: z.string().regex(/^[1-9]\d{0,14}$/).transform(Number).meta({
    description: "The room's number.",
    example: "1",
  }),
});

export const pageQuery = z.object({
  before: z.string().regex(/^[1-9]\d{0,14}$/).transform(Number).optional().meta({
    description: "Messages with a smaller `seq` than this.",
  }),
  limit: z.string().regex(/^([1-9]\d?|100)$/).transform(Number).default(50).meta({
    description: "1 to 100.",
  }),
});

export const nameBody = z.object({ username: userName }).meta({ id: "NameBody" });
export const registerBody = z.object({
  username: userName,
  password: newPassword,
}).meta({ id: "RegisterBody" });
export const loginBody = z.object({ username: userName, password }).meta({ id: "LoginBody" });
export const roomBody = z.object({
  name: roomName,
  private: z.boolean().default(false).meta({ description: "Only who is invited may enter." }),
}).meta({ id: "RoomBody" });

export const inviteBody = z.object({
  uses: z.int().min(1).max(1000).default(INVITE_USES).meta({
    description: "How many people it lets in.",
  }),
  expiresIn: z.int().min(1000).max(365 * 24 * 3_600_000).default(INVITE_MS).meta({
    description: "How long it is valid, in milliseconds.",
  }),
}).meta({ id: "InviteBody" });

export const invite = z.object({
  code: z.string(),
  path: z.string().meta({ description: "The address to give to people, on this server." }),
  by: z.string().optional().meta({ description: "Who invites." }),
  uses: z.int().positive().meta({ description: "How many people it still lets in." }),
  expiresAt: z.int().meta({ description: "Unix milliseconds." }),
}).meta({ id: "Invite" });

export const inviteList = z.object({ invites: z.array(invite) }).meta({ id: "InviteList" });

export const roomChanges = z.object({
  name: roomName.optional(),
  topic: roomTopic.optional().meta({ description: "Empty for none." }),
  archived: z.boolean().optional().meta({ description: "Whether it can only be read." }),
}).meta({ id: "RoomChanges" });

export const ownRoomChanges = z.object({
  readSeq: z.int().nonnegative().optional().meta({ description: "It only ever grows." }),
  notify: notify.optional(),
}).meta({ id: "OwnRoomChanges" });

export const ownRoom = z.object({
  readSeq: z.int().nonnegative(),
  notify,
}).meta({ id: "OwnRoom" });

export const memberBody = z.object({
  username: userName,
  role: role.optional().meta({ description: "A new owner makes the old one an admin." }),
}).meta({ id: "MemberBody" });

export const memberQuery = z.object({
  username: userName.optional().meta({ description: "Without one: oneself." }),
  ban: flag.meta({ description: "Whether they may not come in again." }),
});

export const memberList = z.object({
  members: z.array(
    z.object({ user, role, online: z.boolean() }).meta({ id: "Member" }),
  ),
  banned: z.array(user).meta({ description: "Shown to those who keep order." }),
}).meta({ id: "MemberList" });

export const inviteParams = z.object({
  code: z.string().regex(/^[\w-]{1,64}$/).meta({ description: "The invitation's code." }),
});

export const roomInviteParams = z.object({ ...roomParams.shape, ...inviteParams.shape });

/** What any read may bring. */
export const readHeaders = z.object({
  "If-None-Match": z.string().optional().meta({
    description: "An `ETag` that one has: 304 when nothing changed.",
  }),
});

/** Another way to say `txnId`: draft-ietf-httpapi-idempotency-key-header-07, quoted or bare. */
export const idempotencyHeaders = z.object({
  "Idempotency-Key": z.string()
    .transform((value) => {
      const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
      return quoted?.replaceAll(/\\(.)/g, "$1") ?? value;
    })
    .pipe(txnId)
    .optional()
    .meta({
      description: "The same as `txnId` in the body.",
      example: '"019a9c1e-5f0b-7cc3-98c4-dc0c0c07398f"',
    }),
});

const webhook = z.object({
  id: z.uuid(),
  roomId: z.int().positive(),
  bot: user.meta({ description: "As whom it speaks." }),
  by: z.string().meta({ description: "Who made it." }),
  createdAt: z.int().meta({ description: "Unix milliseconds." }),
}).meta({ id: "Webhook" });

export const webhookList = z.object({ webhooks: z.array(webhook) }).meta({ id: "WebhookList" });

export const webhookBody = z.object({
  name: userName.meta({ description: "As whom it speaks: a bot of that name." }),
}).meta({ id: "WebhookBody" });

export const newWebhook = z.object({
  ...webhook.shape,
  path: z.string().meta({ description: "The address to post to. It is told this once." }),
}).meta({ id: "NewWebhook" });

export const webhookParams = z.object({ ...roomParams.shape, hookId: z.uuid() });

const subscription = z.object({
  id: z.uuid(),
  roomId: z.int().positive(),
  url: z.string(),
  by: z.string().meta({ description: "Who asked for it." }),
  createdAt: z.int().meta({ description: "Unix milliseconds." }),
}).meta({ id: "Subscription" });

export const subscriptionList = z.object({ subscriptions: z.array(subscription) }).meta({
  id: "SubscriptionList",
});

export const subscriptionBody = z.object({
  url: z.url({ protocol: /^https?$/ }).max(2000).meta({
    description: "Is sent each event of the room's log, as members get it, in order, by POST, " +
      "signed as Standard Webhooks has it; again until it answers 2xx, under the same webhook-id.",
  }),
}).meta({ id: "SubscriptionBody" });

export const newSubscription = z.object({
  ...subscription.shape,
  secret: z.string().meta({ description: "With which deliveries are signed. Told this once." }),
}).meta({ id: "NewSubscription" });

export const subscriptionParams = z.object({ ...roomParams.shape, subscriptionId: z.uuid() });

export const hookParams = z.object({
  secret: z.string().regex(/^[\w-]{43}$/).meta({ description: "The end of the address." }),
});

export const messageParams = z.object({
  ...roomParams.shape,
  messageId: z.uuid().meta({ description: "The message's id." }),
});

export const reactionParams = z.object({
  ...messageParams.shape,
  emoji: z.string().transform(percentDecoded).pipe(emoji).meta({
    description: "One emoji, percent-encoded.",
    example: "%F0%9F%91%8D",
  }),
});

/** The new text of a message. */
export function editBody(maxTextLength: number) {
  return z.object({ text: messageText(maxTextLength) })
    .meta({ id: "EditBody", example: { text: "Hello, all!" } });
}

/** A message to send, of at most so many UTF-16 code units. */
export function messageBody(maxTextLength: number) {
  return z.object({
    text: messageText(maxTextLength),
    txnId: txnId.optional().meta({
      description: "Makes the send idempotent, for ever. Best a UUIDv7.",
    }),
    replyTo: z.uuid().optional(),
  }).meta({ id: "MessageBody", example: { text: "Hello!" } });
}

function percentDecoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    // No emoji: the rule after this says so.
    return raw;
  }
}
