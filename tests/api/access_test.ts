/** Who may do what by the REST API: every operation of its document, whoever asks. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { ask, guest } from "./ask.ts";
import { PIXEL } from "./pictures.ts";

/**
 * Who asks. Member, admin and owner belong to the private group that the path is about; the
 * server's administrator does not.
 */
const ASKERS = [
  "nobody",
  "guest",
  "stranger",
  "member",
  "admin",
  "owner",
  "administrator",
] as const;
type Asker = (typeof ASKERS)[number];

/** What is sent, and the status for each of {@link ASKERS}, in their order. */
interface Case {
  readonly query?: string;
  /** `n` makes names new. */
  readonly body?: (n: number) => object;
  readonly expected: string;
}

const PASSWORD = "a good password";

/** Path and method → a good request, and a bad one where there can be one. */
const TABLE: Record<string, { readonly good: Case; readonly bad?: Case }> = {
  "POST /api/auth/guest": {
    good: { body: (n) => ({ username: `g ${n}` }), expected: "201 201 201 201 201 201 201" },
    bad: { body: () => ({ username: "" }), expected: "422 422 422 422 422 422 422" },
  },
  "POST /api/auth/register": {
    good: {
      body: (n) => ({ username: `a ${n}`, password: PASSWORD }),
      expected: "201 201 201 201 201 201 201",
    },
    bad: {
      body: (n) => ({ username: `a ${n}`, password: "short" }),
      expected: "422 422 422 422 422 422 422",
    },
  },
  "POST /api/auth/login": {
    good: {
      body: () => ({ username: "owner", password: PASSWORD }),
      expected: "200 200 200 200 200 200 200",
    },
    bad: { body: () => ({ username: "owner" }), expected: "422 422 422 422 422 422 422" },
  },
  "POST /api/auth/logout": { good: { expected: "401 200 200 200 200 200 200" } },
  "GET /api/profile": { good: { expected: "401 200 200 200 200 200 200" } },
  // Only guests, who have no password, and those who don't know the old one are refused.
  "POST /api/auth/password": {
    good: {
      body: () => ({ password: PASSWORD, newPassword: PASSWORD }),
      expected: "401 403 200 200 200 200 200",
    },
    bad: {
      body: () => ({ password: PASSWORD, newPassword: "short" }),
      expected: "401 422 422 422 422 422 422",
    },
  },
  // A guest's name may be somebody else's tomorrow: guests have no tokens.
  "POST /api/auth/token": { good: { expected: "401 403 201 201 201 201 201" } },
  "POST /api/auth/passkey/options": { good: { expected: "201 201 201 201 201 201 201" } },
  "POST /api/auth/passkey": {
    good: {
      body: () => ({
        answer: {
          id: "unknown",
          rawId: "unknown",
          type: "public-key",
          response: { clientDataJSON: "e30" },
          clientExtensionResults: {},
        },
      }),
      // Nobody gets in by a passkey that nobody has.
      expected: "401 401 401 401 401 401 401",
    },
    bad: { body: () => ({ answer: {} }), expected: "422 422 422 422 422 422 422" },
  },
  "GET /api/passkeys": { good: { expected: "401 200 200 200 200 200 200" } },
  "POST /api/passkeys/options": { good: { expected: "401 403 201 201 201 201 201" } },
  "POST /api/passkeys": {
    good: {
      body: () => ({
        name: "Phone",
        answer: {
          id: "AAAA",
          rawId: "AAAA",
          type: "public-key",
          response: { clientDataJSON: "e30", attestationObject: "AAAA" },
          clientExtensionResults: {},
        },
      }),
      // Nothing is kept that answers no question of ours.
      expected: "401 403 403 403 403 403 403",
    },
    bad: { body: () => ({ name: "Phone" }), expected: "401 422 422 422 422 422 422" },
  },
  "DELETE /api/passkeys/{passkeyId}": { good: { expected: "401 404 404 404 404 404 404" } },
  "GET /api/tokens": { good: { expected: "401 200 200 200 200 200 200" } },
  "POST /api/tokens": {
    good: { body: (n) => ({ name: `token ${n}` }), expected: "401 403 201 201 201 201 201" },
    bad: { body: () => ({ name: " " }), expected: "401 422 422 422 422 422 422" },
  },
  // Nobody ends another's token, or learns whether there is one.
  "DELETE /api/tokens/{tokenId}": { good: { expected: "401 404 404 404 404 200 404" } },
  "GET /api/bots": { good: { expected: "401 200 200 200 200 200 200" } },
  "POST /api/bots": {
    good: { body: (n) => ({ name: `helper ${n}` }), expected: "401 403 201 201 201 201 201" },
    bad: { body: () => ({ name: " " }), expected: "401 422 422 422 422 422 422" },
  },
  // Nobody ends another's bot, or learns whether there is one.
  "DELETE /api/bots/{botId}": { good: { expected: "401 404 404 404 404 200 404" } },
  "PATCH /api/profile": {
    good: { body: () => ({ statusText: "here" }), expected: "401 200 200 200 200 200 200" },
    bad: { body: () => ({ nickname: 1 }), expected: "401 422 422 422 422 422 422" },
  },
  "PUT /api/profile/avatar": {
    good: { body: () => PIXEL, expected: "401 200 200 200 200 200 200" },
    bad: { body: () => ({}), expected: "401 422 422 422 422 422 422" },
  },
  "DELETE /api/profile/avatar": { good: { expected: "401 200 200 200 200 200 200" } },
  "GET /api/users": {
    good: { query: "?q=friend", expected: "401 200 200 200 200 200 200" },
    bad: { query: "?limit=0", expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/nicknames": {
    good: { expected: "401 200 200 200 200 200 200" },
    bad: { query: "?limit=0", expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/tags": {
    good: { expected: "401 200 200 200 200 200 200" },
    bad: { query: "?limit=0", expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/sessions": { good: { expected: "401 200 200 200 200 200 200" } },
  "DELETE /api/sessions": { good: { expected: "401 200 200 200 200 200 200" } },
  "DELETE /api/sessions/{sessionId}": { good: { expected: "401 404 404 404 404 404 404" } },
  "GET /api/admin/accounts": { good: { expected: "401 403 403 403 403 403 200" } },
  "PATCH /api/admin/accounts/{username}": {
    good: { body: () => ({ deactivated: false }), expected: "401 403 403 403 403 403 200" },
    bad: { body: () => ({ deactivated: 1 }), expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/admin/accounts/{username}/sessions": {
    good: { expected: "401 403 403 403 403 403 200" },
  },
  "PATCH /api/admin/settings": {
    good: { body: () => ({ registrationOpen: true }), expected: "401 403 403 403 403 403 200" },
    bad: { body: () => ({}), expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/admin/audit": {
    good: { expected: "401 403 403 403 403 403 200" },
    bad: { query: "?limit=0", expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/rooms": { good: { expected: "200 200 200 200 200 200 200" } },
  "POST /api/rooms": {
    good: { body: (n) => ({ name: `room ${n}` }), expected: "401 201 201 201 201 201 201" },
    bad: { body: () => ({ name: 1 }), expected: "401 422 422 422 422 422 422" },
  },
  "POST /api/direct": {
    good: { body: () => ({ username: "friend" }), expected: "401 200 200 200 200 200 200" },
    bad: { body: () => ({}), expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/rooms/{id}": { good: { expected: "401 404 404 200 200 200 404" } },
  "PATCH /api/rooms/{id}": {
    good: { body: () => ({ topic: "plans" }), expected: "401 404 404 403 200 200 404" },
    bad: { body: () => ({ name: "" }), expected: "401 422 422 422 422 422 422" },
  },
  "DELETE /api/rooms/{id}": { good: { expected: "401 404 404 403 403 200 200" } },
  "PATCH /api/rooms/{id}/me": {
    good: { body: () => ({ notify: "none" }), expected: "401 404 404 200 200 200 404" },
    bad: { body: () => ({ notify: "loud" }), expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/rooms/{id}/messages": {
    good: { expected: "401 404 404 200 200 200 404" },
    bad: { query: "?limit=1000", expected: "401 422 422 422 422 422 422" },
  },
  "POST /api/rooms/{id}/messages": {
    good: { body: () => ({ text: "hello" }), expected: "401 404 404 201 201 201 404" },
    bad: { body: () => ({ text: " " }), expected: "401 422 422 422 422 422 422" },
  },
  // The message is the member's.
  "PATCH /api/rooms/{id}/messages/{messageId}": {
    good: { body: () => ({ text: "hello, all" }), expected: "401 404 404 200 403 403 404" },
    bad: { body: () => ({ text: " " }), expected: "401 422 422 422 422 422 422" },
  },
  "DELETE /api/rooms/{id}/messages/{messageId}": {
    good: { expected: "401 404 404 200 200 200 404" },
  },
  "PUT /api/rooms/{id}/messages/{messageId}/reactions/{emoji}": {
    good: { expected: "401 404 404 200 200 200 404" },
  },
  "DELETE /api/rooms/{id}/messages/{messageId}/reactions/{emoji}": {
    good: { expected: "401 404 404 200 200 200 404" },
  },
  "GET /api/rooms/{id}/members": { good: { expected: "401 404 404 200 200 200 404" } },
  "POST /api/rooms/{id}/members": {
    good: { body: () => ({ username: "newcomer" }), expected: "401 404 404 403 200 200 404" },
    bad: {
      body: () => ({ username: "friend", role: "king" }),
      expected: "401 422 422 422 422 422 422",
    },
  },
  "DELETE /api/rooms/{id}/members": {
    good: { query: "?username=friend", expected: "401 404 404 403 200 200 404" },
    bad: { query: "?username=friend&ban=maybe", expected: "401 422 422 422 422 422 422" },
  },
  "POST /api/rooms/{id}/invites": {
    good: { body: () => ({}), expected: "401 404 404 201 201 201 404" },
    bad: { body: () => ({ uses: 0 }), expected: "401 422 422 422 422 422 422" },
  },
  "GET /api/rooms/{id}/invites": { good: { expected: "401 404 404 403 200 200 404" } },
  "DELETE /api/rooms/{id}/invites/{code}": { good: { expected: "401 404 404 403 200 200 404" } },
  "GET /api/rooms/{id}/webhooks": { good: { expected: "401 404 404 403 200 200 404" } },
  "POST /api/rooms/{id}/webhooks": {
    good: { body: (n) => ({ name: `bot ${n}` }), expected: "401 404 404 403 201 201 404" },
    bad: { body: () => ({ name: "" }), expected: "401 422 422 422 422 422 422" },
  },
  "DELETE /api/rooms/{id}/webhooks/{hookId}": { good: { expected: "401 404 404 403 200 200 404" } },
  "GET /api/rooms/{id}/subscriptions": { good: { expected: "401 404 404 403 200 200 404" } },
  "POST /api/rooms/{id}/subscriptions": {
    good: {
      body: () => ({ url: "https://hooks.example" }),
      expected: "401 404 404 403 201 201 404",
    },
    bad: { body: () => ({ url: "file:///etc/passwd" }), expected: "401 422 422 422 422 422 422" },
  },
  "DELETE /api/rooms/{id}/subscriptions/{subscriptionId}": {
    good: { expected: "401 404 404 403 200 200 404" },
  },
  "GET /api/search": {
    good: { query: "?q=hello&roomId={id}", expected: "401 404 404 200 200 200 404" },
    bad: { query: "?q=", expected: "401 422 422 422 422 422 422" },
  },
  // Whoever has the address may speak: it is the secret.
  "POST /api/hooks/{secret}": {
    good: { body: () => ({ text: "hello" }), expected: "200 200 200 200 200 200 200" },
    bad: { body: () => ({ text: 1 }), expected: "422 422 422 422 422 422 422" },
  },
  "POST /api/invites/{code}": { good: { expected: "401 200 200 200 200 200 200" } },
};

Deno.test("every operation of the document, whoever asks: as the table says", async (t) => {
  await using server = await startServer();
  const tokens = new Map<Asker, string>([["guest", await guest(server, "guest")]]);
  // The first account of a server is its administrator's.
  for (
    const username of [
      "administrator",
      "stranger",
      "member",
      "admin",
      "owner",
      "friend",
      "newcomer",
    ] as const
  ) {
    const body = { username, password: PASSWORD };
    const { body: { token } } = await ask(server, "POST", "/api/auth/register", { body });
    tokens.set(username as Asker, token);
  }
  const owner = tokens.get("owner");

  const { body: { paths } } = await ask(server, "GET", "/api/openapi.json");
  const documented = Object.entries(paths as Record<string, object>)
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
    );
  assert.deepEqual(documented.toSorted(), Object.keys(TABLE).toSorted(), "none is forgotten");

  let n = 0;
  for (const [operation, cases] of Object.entries(TABLE)) {
    const [method = "", path = ""] = operation.split(" ");
    for (const [kind, { query = "", body, expected }] of Object.entries(cases)) {
      await t.step(`${operation}, ${kind}`, async () => {
        const statuses: number[] = [];
        for (const asker of ASKERS) {
          const made = await makeGroup();
          // Logging out ends a token: each request has one of its own.
          const token = asker !== "nobody" && path.endsWith("logout")
            ? await guest(server, `leaver ${n++}`)
            : tokens.get(asker);
          const target = (path + query)
            .replaceAll(/\{(\w+)\}/g, (_, name) => String(made[name]));
          const answer = await ask(server, method, target, { token, body: body?.(n++) });
          statuses.push(answer.status);
          if (answer.status >= 400) assert.match(answer.body.error.message, /\w.*\.$/);
        }
        assert.equal(statuses.join(" "), expected, `of ${ASKERS.join(", ")}`);
      });
    }
  }

  /** A private group with an owner, an admin, two members, an invitation, and a webhook. */
  async function makeGroup(): Promise<Record<string, string | number>> {
    const body = { name: "secret", private: true };
    const { body: { id } } = await ask(server, "POST", "/api/rooms", { token: owner, body });
    const at = `/api/rooms/${id}`;
    for (const username of ["member", "friend", "admin"]) {
      await ask(server, "POST", `${at}/members`, { token: owner, body: { username } });
    }
    const role = { username: "admin", role: "admin" };
    await ask(server, "POST", `${at}/members`, { token: owner, body: role });
    const invite = await ask(server, "POST", `${at}/invites`, { token: owner, body: {} });
    const hook = await ask(server, "POST", `${at}/webhooks`, {
      token: owner,
      body: { name: "ci" },
    });
    const url = { url: "https://hooks.example" };
    const told = await ask(server, "POST", `${at}/subscriptions`, { token: owner, body: url });
    const secret = hook.body.path.split("/").at(-1);
    const subscriptionId = told.body.id;
    const said = await ask(server, "POST", `${at}/messages`, {
      token: tokens.get("member"),
      body: { text: "hello" },
    });
    const messageId = said.body.id;
    const emoji = encodeURIComponent("👍");
    const ids = { id, messageId, code: invite.body.code, hookId: hook.body.id, subscriptionId };
    const tokenId = await ownersToken();
    const botId = await ownersBot();
    return {
      ...ids,
      emoji,
      secret,
      tokenId,
      botId,
      passkeyId: "none",
      username: "friend",
      sessionId: "0123456789abcdef",
    };
  }

  /** The owner's one token, made anew where it was revoked. */
  async function ownersToken(): Promise<string> {
    const { body: { tokens: [token] } } = await ask(server, "GET", "/api/tokens", { token: owner });
    if (token !== undefined) return token.id;
    const body = { name: "ci" };
    return (await ask(server, "POST", "/api/tokens", { token: owner, body })).body.id;
  }

  /** A bot of the owner, made anew where it was revoked. */
  async function ownersBot(): Promise<string> {
    const { body: { bots: [bot] } } = await ask(server, "GET", "/api/bots", { token: owner });
    if (bot !== undefined) return bot.id;
    const body = { name: "owner's bot" };
    return (await ask(server, "POST", "/api/bots", { token: owner, body })).body.id;
  }
});
