/** Accounts: a name that is kept by a password. */
import { hash } from "@node-rs/argon2";
import assert from "node:assert/strict";
import { LoginGuard } from "@/lib/auth/login_guard.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import { signIn } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Wire } from "../wire.ts";
import { ask, guest } from "./ask.ts";

const GOOD = "correct horse battery";

function register(server: Server, username: string, password = GOOD, token?: string) {
  return ask(server, "POST", "/api/auth/register", { token, body: { username, password } });
}

function login(server: Server, username: string, password = GOOD) {
  return ask(server, "POST", "/api/auth/login", { body: { username, password } });
}

Deno.test("an account keeps its name, on every device", async () => {
  await using server = await startServer();
  const made = await register(server, "Ann");
  assert.equal(made.status, 201);
  const elsewhere = await login(server, "ann");
  assert.deepEqual(elsewhere.body.user, made.body.user);
  assert.notEqual(elsewhere.body.token, made.body.token);
  await ask(server, "POST", "/api/auth/logout", { token: made.body.token });
  await ask(server, "POST", "/api/auth/logout", { token: elsewhere.body.token });
  assert.equal((await register(server, "ANN")).status, 409, "also when nobody is logged in");
  const body = { username: "ann" };
  assert.equal((await ask(server, "POST", "/api/auth/guest", { body })).status, 409);
  using thief = await Wire.connect(server);
  thief.send({ type: "join", roomId: 1, username: "ann" });
  assert.equal((await thief.next("error")).code, "username_taken");
});

Deno.test("who logs out is gone from every open connection of that session", async () => {
  await using server = await startServer();
  const { body: { token } } = await register(server, "ann");
  using left = await Wire.connect(server, { headers: { authorization: `Bearer ${token}` } });
  left.send({ type: "join", roomId: 1 });
  await left.next("joined");
  assert.equal((await ask(server, "POST", "/api/auth/logout", { token })).status, 200);
  assert.equal(await left.end(), 1008);
});

Deno.test("a guest who makes an account stays the same person", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const path = await signIn(server, "ben").then(() => ann.submit("/direct", { username: "ben" }));
  const before = (await ask(server, "GET", "/api/profile", { token: ann.token })).body;
  const made = await register(server, "ann", GOOD, ann.token);
  assert.deepEqual([made.status, made.body.user], [201, before]);
  const again = await login(server, "ann");
  const rooms = await ask(server, "GET", "/api/rooms", { token: again.body.token });
  assert.equal(`/rooms/${rooms.body.directs[0].id}`, path, "rooms are kept, too");
  assert.equal(rooms.body.account, true);
});

Deno.test("a wrong name and a wrong password are told alike", async () => {
  await using server = await startServer();
  await register(server, "ann");
  await guest(server, "guest");
  const answers = [];
  for (const [name, password] of [["ann", "wrong password"], ["nobody", GOOD], ["guest", GOOD]]) {
    answers.push(await login(server, name ?? "", password));
  }
  assert.deepEqual(answers.map(({ status }) => status), [401, 401, 401]);
  assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
});

Deno.test("passwords that are too short, too long or too common are refused", async () => {
  await using server = await startServer();
  const cases = { short12: /shorter/, ["x".repeat(201)]: /longer/, password123: /tries first/ };
  for (const [password, why] of Object.entries(cases)) {
    const { status, body } = await register(server, "ann", password);
    assert.equal(status, 422);
    assert.match(body.error.message, why);
  }
});

Deno.test("where registration is closed nobody registers", async () => {
  await using server = await startServer({ env: { ALLOW_REGISTRATION: "false" } });
  assert.equal((await register(server, "ann")).status, 403);
});

Deno.test("of many who register one name at the same moment exactly one gets it", async () => {
  await using server = await startServer();
  for (let n = 0; n < 10; n++) {
    const answers = await Promise.all([1, 2, 3].map(() => register(server, `name ${n}`)));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 409, 409]);
  }
});

Deno.test("wrong passwords make the wait grow, for the name and for the address", () => {
  let now = 0;
  const guard = new LoginGuard(() => now);
  /** What one has to wait; 0 for an attempt that is counted. */
  const attempt = (name: string, address: string) => {
    try {
      guard.attempt(name, address);
      return 0;
    } catch (error) {
      assert.ok(error instanceof ProtocolError);
      return error.retryAfter;
    }
  };
  for (let n = 0; n < 5; n++) assert.equal(attempt("ann", "a"), 0);
  assert.equal(attempt("ann", "b"), 1000, "wherever it comes from");
  assert.equal(attempt("ben", "a"), 0);
  now += 1000;
  assert.equal(attempt("ann", "a"), 0);
  assert.equal(attempt("ann", "a"), 2000);
  for (let n = 0; n < 30; n++) {
    now += attempt("ann", `other ${n}`) ?? 0;
    attempt("ann", `other ${n}`);
  }
  assert.equal(attempt("ann", "b"), 15 * 60_000);
  now -= 3_600_000;
  assert.equal(attempt("ann", "b"), 15 * 60_000, "also when the clock was set back");
  guard.right("ann", "b");
  assert.equal(attempt("ann", "b"), 0);
  for (let n = 0; n < 40; n++) attempt(`name ${n}`, "c");
  assert.ok((attempt("cleo", "c") ?? 0) > 0, "the address has to wait, too");
});

Deno.test("whoever knows their password does not make others at their address wait", () => {
  const guard = new LoginGuard();
  for (let n = 0; n < 100; n++) {
    guard.attempt(`name ${n}`, "office");
    guard.right(`name ${n}`, "office");
  }
  guard.attempt("last", "office");
});

Deno.test("many guesses at the same moment are no way around the wait", async () => {
  await using server = await startServer();
  await register(server, "ann");
  const guesses = Array.from({ length: 40 }, (_, n) => login(server, "ann", `guess no. ${n}`));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 401).length, 5);
  assert.equal(statuses.filter((status) => status === 429).length, 35);
});

Deno.test("a hash that was made more cheaply is renewed at the next login", async () => {
  await using dir = await tempDir();
  const stored = async (change?: string) => {
    using kv = await Deno.openKv(`${dir.path}/journal.kv`);
    for await (const { key, value } of kv.list<{ passwordHash: string }>({ prefix: ["user"] })) {
      if (change !== undefined) await kv.set(key, { ...value, passwordHash: change });
      return value.passwordHash;
    }
  };
  {
    await using server = await startServer({ dataDir: dir.path });
    await register(server, "ann");
    assert.equal(await server.stop(), 0);
  }
  await stored(await hash(GOOD, { memoryCost: 1024, timeCost: 1, parallelism: 1 }));
  for (let n = 0; n < 2; n++) {
    await using server = await startServer({ dataDir: dir.path });
    assert.equal((await login(server, "ann", "wrong password")).status, 401);
    assert.equal((await login(server, "ann")).status, 200);
    assert.equal(await server.stop(), 0);
    assert.match(String(await stored()), /m=19456,t=2,p=1/);
  }
});

Deno.test("a new password takes the old one, and ends all other sessions", async () => {
  await using server = await startServer();
  const { body: { token: here } } = await register(server, "ann");
  const { body: { token: elsewhere } } = await login(server, "ann");
  const headers = { authorization: `Bearer ${elsewhere}` };
  using thief = await Wire.connect(server, { headers });
  await thief.next("hello");
  const change = (password: string, newPassword: string, token = here) =>
    ask(server, "POST", "/api/auth/password", { token, body: { password, newPassword } });

  const better = "a better battery staple";
  assert.equal((await change("wrong password", better)).status, 403);
  assert.equal((await change(GOOD, "password123")).status, 422);
  assert.equal((await login(server, "ann")).status, 200, "nothing was changed");

  assert.equal((await change(GOOD, better)).status, 200);
  assert.equal(await thief.end(), 1008);
  const profile = async (token: string) =>
    (await ask(server, "GET", "/api/profile", { token })).status;
  assert.deepEqual([await profile(here), await profile(elsewhere)], [200, 401]);
  assert.equal((await login(server, "ann")).status, 401);
  assert.equal((await login(server, "ann", better)).status, 200);
});

Deno.test("the old password can't be guessed by changing it", async () => {
  await using server = await startServer();
  const { body: { token } } = await register(server, "ann");
  const body = { password: "wrong password", newPassword: "a better battery staple" };
  const statuses = [];
  for (let n = 0; n < 6; n++) {
    statuses.push((await ask(server, "POST", "/api/auth/password", { token, body })).status);
  }
  assert.deepEqual(statuses, [403, 403, 403, 403, 403, 429]);
});
