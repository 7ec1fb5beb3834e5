/** The server's administrator, and everybody's own sessions. */
import assert from "node:assert/strict";
import { type Server, startServer } from "../parley.ts";
import { Wire } from "../wire.ts";
import { ask } from "./ask.ts";

const PASSWORD = "a good password";

async function register(server: Server, username: string): Promise<string> {
  const body = { username, password: PASSWORD };
  const answer = await ask(server, "POST", "/api/auth/register", { body });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.token;
}

const login = (server: Server, username: string) =>
  ask(server, "POST", "/api/auth/login", { body: { username, password: PASSWORD } });

const connect = (server: Server, token: string) =>
  Wire.connect(server, { headers: { authorization: `Bearer ${token}` } });

const manage = (server: Server, token: string, username: string, body: object) =>
  ask(server, "PATCH", `/api/admin/accounts/${username}`, { token, body });

Deno.test("of those who make the first account at the same moment one is the administrator", async () => {
  for (let round = 0; round < 5; round++) {
    await using server = await startServer();
    const tokens = await Promise.all(["a", "b", "c", "d"].map((name) => register(server, name)));
    const profiles = await Promise.all(
      tokens.map((token) => ask(server, "GET", "/api/profile", { token })),
    );
    assert.equal(profiles.filter(({ body }) => body.administrator).length, 1);
  }
});

Deno.test("a deactivated account is out at once, everywhere, until it is let in again", async () => {
  await using server = await startServer();
  const [ann, ben] = [await register(server, "ann"), await register(server, "ben")];
  using wire = await connect(server, ben);
  wire.send({ type: "join", roomId: 1 });
  await wire.next("joined");

  assert.equal((await manage(server, ann, "ben", { deactivated: true })).status, 200);
  assert.equal(await wire.end(), 1008);
  assert.equal((await ask(server, "GET", "/api/profile", { token: ben })).status, 401);
  const refused = await login(server, "ben");
  assert.deepEqual([refused.status, refused.body.error.code], [403, "forbidden"]);
  const guess = await ask(server, "POST", "/api/auth/login", {
    body: { username: "ben", password: "a wrong password" },
  });
  assert.equal(guess.status, 401, "only who knows the password learns that it is deactivated");
  const taken = await ask(server, "POST", "/api/auth/guest", { body: { username: "ben" } });
  assert.equal(taken.status, 409, "the name stays theirs");

  await manage(server, ann, "ben", { deactivated: false });
  assert.equal((await login(server, "ben")).status, 200);
  const { body: { entries } } = await ask(server, "GET", "/api/admin/audit", { token: ann });
  assert.deepEqual(
    entries.map(({ act, subject }: { act: string; subject: string }) => [act, subject]),
    [["account.reactivated", "ben"], ["account.deactivated", "ben"]],
  );
});

Deno.test("there is always an administrator, and there can be more", async () => {
  await using server = await startServer();
  const [ann, ben] = [await register(server, "ann"), await register(server, "ben")];
  assert.equal((await manage(server, ann, "ann", { deactivated: true })).status, 403);
  assert.equal((await manage(server, ben, "ann", { deactivated: true })).status, 403);
  assert.equal((await manage(server, ann, "ben", { administrator: true })).status, 200);
  assert.equal((await manage(server, ben, "ann", { deactivated: true })).status, 200);
  assert.equal((await manage(server, ben, "nobody", { deactivated: true })).status, 404);
});

Deno.test("registration is closed and opened while the server runs", async () => {
  await using server = await startServer();
  const token = await register(server, "ann");
  const set = (registrationOpen: boolean) =>
    ask(server, "PATCH", "/api/admin/settings", { token, body: { registrationOpen } });
  assert.deepEqual((await set(false)).body, { registrationOpen: false });
  const body = { username: "ben", password: PASSWORD };
  assert.equal((await ask(server, "POST", "/api/auth/register", { body })).status, 403);
  await set(true);
  await register(server, "ben");
});

Deno.test("one sees one's sessions, and ends those of a lost device", async () => {
  await using server = await startServer();
  const laptop = await register(server, "ann");
  const body = { username: "ann", password: PASSWORD };
  const headers = { "user-agent": "Phone/1.0" };
  const phone = (await ask(server, "POST", "/api/auth/login", { body, headers })).body.token;
  using lost = await connect(server, phone);
  await lost.next("hello");

  const { body: { sessions } } = await ask(server, "GET", "/api/sessions", { token: laptop });
  const [mine, other] = sessions.toSorted((a: { current: boolean }) => a.current ? -1 : 1);
  assert.deepEqual([mine.current, other.current, other.agent], [true, false, "Phone/1.0"]);
  assert.equal(other.address, "127.0.0.1");
  await ask(server, "DELETE", `/api/sessions/${other.id}`, { token: laptop });
  assert.equal(await lost.end(), 1008);
  assert.equal((await ask(server, "GET", "/api/profile", { token: phone })).status, 401);
  assert.equal((await ask(server, "GET", "/api/profile", { token: laptop })).status, 200);

  const third = (await login(server, "ann")).body.token;
  await ask(server, "DELETE", "/api/sessions", { token: laptop });
  assert.equal((await ask(server, "GET", "/api/profile", { token: third })).status, 401);
  assert.equal((await ask(server, "GET", "/api/profile", { token: laptop })).status, 200);
});

Deno.test("nobody ends, or sees, the sessions of others", async () => {
  await using server = await startServer();
  const [ann, ben] = [await register(server, "ann"), await register(server, "ben")];
  const { body: { sessions: [session] } } = await ask(server, "GET", "/api/sessions", {
    token: ann,
  });
  const end = await ask(server, "DELETE", `/api/sessions/${session.id}`, { token: ben });
  assert.equal(end.status, 404);
  assert.equal((await ask(server, "GET", "/api/profile", { token: ann })).status, 200);
});
