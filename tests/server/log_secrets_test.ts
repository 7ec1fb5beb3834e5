/** What gives access, and what people say, is never in the log, however much is logged. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { createSocket } from "node:dgram";
import { ask, guest } from "../api/ask.ts";
import { post } from "../browserless.ts";
import { failToStart, type Server, startServer } from "../parley.ts";
import { until } from "../temp.ts";
import { ports } from "../transport/ports.ts";
import { Wire } from "../wire.ts";

const env = {
  LOG_LEVEL: "debug",
  TCP_PORT: "0",
  UDP_PORT: "0",
  ALLOW_PRIVATE_WEBHOOKS: "true",
  JWT_SECRET: "jwt-secret-jwt-secret-jwt-secret",
  // Nobody is there: whatever asks it has something to log.
  LIBSQL_URL: "http://127.0.0.1:1",
  LIBSQL_AUTH_TOKEN: "libsql-token-libsql-token",
};

/** Everything that must not be seen, by what it is. */
class Secrets {
  readonly #known = new Map<string, string>(
    Object.entries(env).filter(([name]) => /_SECRET|_TOKEN/.test(name)),
  );

  /** Notes a secret, and gives it. */
  note(what: string, secret: string): string {
    assert.ok(secret.length >= 8, `${what} would be found anywhere: ${secret}`);
    this.#known.set(what, secret);
    return secret;
  }

  /** Those that a text shows, as they are or as they stand in addresses. */
  in(text: string): string[] {
    return [...this.#known].filter(([, secret]) =>
      [secret, encodeURIComponent(secret)].some((form) => text.includes(form))
    ).map(([what]) => what);
  }
}

Deno.test("no door brings a secret into the log, whether it opens or not", async () => {
  const secrets = new Secrets();
  await using server = await startServer({ env });
  const accounts = await throughRest(server, secrets);
  await throughPages(server, secrets);
  await throughSockets(server, secrets, accounts);
  await throughDatagrams(server, secrets);
  await until(() => /an outgoing webhook can't be reached/.test(server.log()));
  await server.stop();
  const log = server.log();
  assert.match(log, /"level":"debug"/);
  assert.match(log, /libSQL/);
  assert.deepEqual(secrets.in(`${log} ${env.JWT_SECRET}`), ["JWT_SECRET"], "it would be found");
  assert.deepEqual(secrets.in(log), [], log);
});

Deno.test("a bad secret is not shown when the server can't start", async () => {
  const { code, stderr } = await failToStart({ env: { JWT_SECRET: "too-short-secret" } });
  assert.equal(code, 1);
  assert.match(stderr, /JWT_SECRET/);
  assert.doesNotMatch(stderr, /too-short-secret/);
});

/** Gives a session's token, with which other doors are tried. */
async function throughRest(server: Server, secrets: Secrets): Promise<string> {
  const password = secrets.note("password", "pass word & $ecret");
  const body = { username: "ann", password };
  const made = await ask(server, "POST", "/api/auth/register", { body });
  const token = secrets.note("session", made.body.token);
  const wrong = secrets.note("wrong password", "not her pass word");
  await ask(server, "POST", "/api/auth/login", { body: { username: "ann", password: wrong } });
  await ask(server, "POST", "/api/auth/login", { body: `{"password": "${wrong}", ` });
  const personal = await ask(server, "POST", "/api/tokens", { token, body: { name: "bot" } });
  secrets.note("personal token", personal.body.token);
  const access = await ask(server, "POST", "/api/auth/token", { token });
  const jwt = secrets.note("access token", access.body.token);
  await ask(server, "GET", "/api/rooms", { token: jwt });
  await ask(server, "GET", "/api/rooms", { token: `${jwt.slice(0, -4)}AAAA` });
  const newPassword = secrets.note("new password", "another pass word");
  await ask(server, "POST", "/api/auth/password", { token, body: { password, newPassword } });

  const room = await ask(server, "POST", "/api/rooms", {
    token,
    body: { name: "secret tea", private: true },
  });
  const at = `/api/rooms/${room.body.id}`;
  const hook = await ask(server, "POST", `${at}/webhooks`, { token, body: { name: "ci" } });
  const hookPath: string = hook.body.path;
  secrets.note("webhook", hookPath.split("/").at(-1) ?? "");
  const text = secrets.note("text", "what people say to each other");
  assert.equal((await ask(server, "POST", hookPath, { body: { text } })).status, 200);
  await ask(server, "POST", hookPath, { body: `{"text": "${text}` });
  const gone = secrets.note("wrong webhook", "wrong-webhook".padEnd(43, "-"));
  await ask(server, "POST", `/api/hooks/${gone}`, { body: { text } });
  const key = secrets.note("address's key", "key-in-an-address");
  const url = `http://ci:${key}@127.0.0.1:1/${key}?key=${key}`;
  const told = await ask(server, "POST", `${at}/subscriptions`, { token, body: { url } });
  secrets.note("signing secret", told.body.secret);
  await ask(server, "POST", `${at}/messages`, { token, body: { text } });
  const invite = await ask(server, "POST", `${at}/invites`, { token, body: {} });
  const code = secrets.note("invitation", invite.body.code);
  await ask(server, "POST", `/api/invites/${code}`, { token: await guest(server, "ben") });
  await ask(server, "GET", `/api/search?q=${encodeURIComponent(text)}`, { token });
  return token;
}

async function throughPages(server: Server, secrets: Secrets): Promise<void> {
  const password = secrets.note("form's password", "typed into a form");
  const fields = { username: "cleo", password };
  const { headers } = await post(server, "/register", fields);
  const session = secrets.note(
    "cookie",
    /session=([^;]+)/.exec(headers.get("set-cookie") ?? "")?.[1] ?? "",
  );
  const cookie = `parley_session=${session}`;
  const wrong = secrets.note("form's wrong password", "mistyped into a form");
  await post(server, "/login", { username: "cleo", password: wrong });
  for (const path of ["/account", "/rooms/1", "/rooms/99", "/%ff", `/invite/${session}`]) {
    await fetch(server.url + path, { headers: { cookie }, redirect: "manual" }).then((answer) =>
      answer.text()
    );
  }
  await post(server, "/rooms", { name: "x".repeat(5000) }, cookie);
  await post(server, "/session/end", {}, cookie);
}

async function throughSockets(server: Server, secrets: Secrets, token: string): Promise<void> {
  using wire = await Wire.connect(server);
  const wrong = secrets.note("wrong token", "no-token-that-there-is");
  wire.send({ type: "auth", token: wrong });
  await wire.next("error");
  wire.send({ type: "auth", token });
  wire.send({ type: "join", roomId: 1 });
  await wire.next("joined");
  await wire.say(secrets.note("socket's text", "said over a socket"));
  wire.send(`{"type":"auth","token":"${token}`);
  await wire.next("error");
  // Broken off in the middle of a line.
  const line = connect({ port: ports(server).tcp, host: "127.0.0.1" });
  line.write(`{"type":"auth","token":"${token}"}\n{"type":"message","text":"${wrong}`);
  await new Promise((resolve) => line.once("data", resolve));
  line.resetAndDestroy();
  await until(() => /a TCP connection broke off/.test(server.log()));
}

async function throughDatagrams(server: Server, secrets: Secrets): Promise<void> {
  const token = secrets.note("datagram's token", await guest(server, "dora"));
  const socket = createSocket("udp4");
  const { udp } = ports(server);
  for (
    const text of [
      `{"type":"status","token":"${token}`,
      JSON.stringify({ type: "typing", token, roomId: 99 }),
    ]
  ) {
    await new Promise((resolve) => socket.send(text, udp, "127.0.0.1", resolve));
  }
  await until(async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return /^parley_datagrams_dropped_total 2$/m.test(metrics);
  });
  socket.close();
}
