/** Tokens: how programs get in, and how they are kept out. */
import { decodeJwt, SignJWT } from "jose";
import assert from "node:assert/strict";
import { join } from "node:path";
import { ACCESS_TOKEN_S, AccessTokens } from "@/lib/auth/access_tokens.ts";
import { failToStart, type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Wire } from "../wire.ts";
import { ask, guest } from "./ask.ts";

const SECRET = "a secret of thirty-two characters";
const key = (secret: string) => new TextEncoder().encode(secret);

async function register(server: Server, username: string): Promise<string> {
  const body = { username, password: "a good password" };
  return (await ask(server, "POST", "/api/auth/register", { body })).body.token;
}

async function makeToken(server: Server, token: string, name = "ci") {
  const { status, body } = await ask(server, "POST", "/api/tokens", { token, body: { name } });
  assert.equal(status, 201);
  return body as { id: string; token: string; prefix: string };
}

async function accessToken(server: Server, token: string): Promise<string> {
  const { status, body } = await ask(server, "POST", "/api/auth/token", { token });
  assert.deepEqual([status, body.expiresIn], [201, ACCESS_TOKEN_S]);
  return body.token;
}

const profile = (server: Server, token: string) => ask(server, "GET", "/api/profile", { token });

Deno.test("every kind of token opens the API, the upgrade, and the auth frame", async () => {
  await using server = await startServer();
  const session = await register(server, "ann");
  const personal = (await makeToken(server, session)).token;
  const tokens = { personal, short: await accessToken(server, personal), session };
  for (const [kind, token] of Object.entries(tokens)) {
    assert.equal((await profile(server, token)).body.name, "ann", kind);
    using upgraded = await Wire.connect(server, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await upgraded.next("hello")).user.name, "ann", kind);
    using wire = await Wire.connect(server);
    assert.equal((await wire.next("hello")).user, null);
    wire.send({ type: "auth", token, txnId: "a" });
    assert.equal((await wire.next("hello")).user.name, "ann", kind);
  }
});

Deno.test("a personal token is shown once, listed by name and use, and revoked at once", async () => {
  await using server = await startServer();
  const session = await register(server, "ann");
  const made = await makeToken(server, session, " nightly  build ");
  const list = async () =>
    (await ask(server, "GET", "/api/tokens", { token: session })).body.tokens;
  const [unused] = await list();
  assert.deepEqual([unused.id, unused.name, unused.usedAt], [made.id, "nightly build", undefined]);
  assert.ok(made.token.startsWith(unused.prefix) && unused.prefix.length < 20);
  assert.ok(!JSON.stringify(unused).includes(made.token), "its secret is not told again");

  const wire = await Wire.connect(server, { headers: { authorization: `Bearer ${made.token}` } });
  await wire.next("hello");
  assert.ok((await list())[0].usedAt >= unused.createdAt);

  const path = `/api/tokens/${made.id}`;
  assert.equal((await ask(server, "DELETE", path, { token: session })).status, 200);
  assert.equal((await profile(server, made.token)).status, 401);
  assert.equal(await wire.end(), 1008, "its connections are closed");
  assert.deepEqual(await list(), []);
  assert.equal((await ask(server, "DELETE", path, { token: session })).status, 404);
});

Deno.test("a token that leaks makes no other tokens, ends no session, and a guest has none", async () => {
  await using server = await startServer();
  const personal = await makeToken(server, await register(server, "ann"));
  const short = await accessToken(server, personal.token);
  const body = { name: "another" };
  for (const token of [personal.token, short, await guest(server, "ben")]) {
    assert.equal((await ask(server, "POST", "/api/tokens", { token, body })).status, 403);
  }
  const path = `/api/tokens/${personal.id}`;
  assert.equal((await ask(server, "DELETE", path, { token: personal.token })).status, 403);
  for (const sessions of ["/api/sessions", "/api/sessions/0123456789abcdef"]) {
    const answer = await ask(server, "DELETE", sessions, { token: personal.token });
    assert.equal(answer.status, 403);
  }
  assert.equal((await ask(server, "POST", "/api/auth/token", { token: short })).status, 403);
});

Deno.test("an access token of another signer, kind, audience or time opens nothing", async () => {
  await using server = await startServer({ env: { JWT_SECRET: SECRET } });
  const good = await accessToken(server, await register(server, "ann"));
  const { sub = "" } = decodeJwt(good);
  const forge = (
    { alg = "HS256", secret = SECRET, iss = "parley", aud = "parley", exp = "5m" } = {},
  ) =>
    new SignJWT().setProtectedHeader({ alg }).setSubject(sub).setIssuer(iss).setAudience(aud)
      .setIssuedAt().setExpirationTime(exp).sign(key(secret));
  assert.equal((await profile(server, await forge())).status, 200, "the forger knows how");
  const unsigned = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${good.split(".")[1]}.`;
  const endless = await new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject(sub)
    .setIssuer("parley").setAudience("parley").sign(key(SECRET));
  const forged = [
    await forge({ secret: SECRET.toUpperCase() }),
    await forge({ alg: "HS512", secret: SECRET.repeat(2) }),
    await forge({ iss: "other" }),
    await forge({ aud: "other" }),
    await forge({ exp: "-1s" }),
    unsigned,
    endless,
    "a.b.c",
    "parley_",
  ];
  for (const token of forged) assert.equal((await profile(server, token)).status, 401, token);
});

Deno.test("an access token is over after its time", async () => {
  let now = 1_700_000_000_000;
  const tokens = new AccessTokens(key(SECRET), () => now);
  const token = await tokens.issue("ann");
  now += (ACCESS_TOKEN_S - 1) * 1000;
  assert.equal(await tokens.userId(token), "ann");
  now += 1000;
  assert.equal(await tokens.userId(token), undefined);
});

Deno.test("the secret is the owner's alone, and outlives a restart", async () => {
  await using dir = await tempDir();
  const file = join(dir.path, "jwt_secret");
  let token: string;
  {
    await using server = await startServer({ dataDir: dir.path });
    token = await accessToken(server, await register(server, "ann"));
    assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
    assert.equal(await server.stop(), 0);
  }
  {
    await using server = await startServer({ dataDir: dir.path });
    assert.equal((await profile(server, token)).status, 200);
    assert.equal(await server.stop(), 0);
  }
  await Deno.writeTextFile(file, "short");
  const { code, stderr } = await failToStart({ dataDir: dir.path });
  assert.notEqual(code, 0);
  assert.match(stderr, /jwt_secret holds no secret/);
});

Deno.test("a secret that is too short to sign with stops the start", async () => {
  const { code, stderr } = await failToStart({ env: { JWT_SECRET: "short" } });
  assert.notEqual(code, 0);
  assert.match(stderr, /JWT_SECRET/);
});
