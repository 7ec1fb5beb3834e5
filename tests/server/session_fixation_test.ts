/** A session that an attacker knows, or put into somebody's browser, is never that person's later. */
import assert from "node:assert/strict";
import { ask, guest } from "../api/ask.ts";
import { post } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { Wire } from "../wire.ts";

const password = "a long enough password";

/** Who the holder of a token is; undefined when it opens nothing. */
async function holder(server: Server, token: string): Promise<string | undefined> {
  const { status, body } = await ask(server, "GET", "/api/profile", { token });
  return status === 200 ? body.name : undefined;
}

/** The session that an answer puts into the browser. */
function sessionOf({ headers }: { headers: Headers }): string {
  return /parley_session=([^;]+)/.exec(headers.get("set-cookie") ?? "")?.[1] ?? "";
}

/** The ways into an account, each with the cookies that a browser has already. */
const doors: Record<string, (server: Server, cookie: string) => Promise<{ headers: Headers }>> = {
  "the login page": (server, cookie) =>
    post(server, "/login", { username: "ann", password }, cookie),
  "POST /api/auth/login": (server, cookie) =>
    ask(server, "POST", "/api/auth/login", {
      body: { username: "ann", password },
      headers: { cookie, origin: server.url },
    }),
};

for (const [door, enter] of Object.entries(doors)) {
  Deno.test(`${door}: a session that was planted before is not the one after, and ends`, async () => {
    await using server = await startServer();
    await ask(server, "POST", "/api/auth/register", { body: { username: "ann", password } });
    const planted = [await guest(server, "mallory"), "a".repeat(43)];
    for (const token of planted) {
      const session = sessionOf(await enter(server, `parley_session=${token}`));
      assert.equal(await holder(server, session), "ann");
      assert.notEqual(session, token);
      assert.equal(await holder(server, token), undefined);
    }
    const first = sessionOf(await enter(server, ""));
    const second = sessionOf(await enter(server, `parley_session=${first}`));
    assert.equal(await holder(server, second), "ann");
    assert.equal(await holder(server, first), undefined, "logging in again rotates");
    const wrong = { username: "ann", password: "not hers at all" };
    await post(server, "/login", wrong, `parley_session=${second}`);
    assert.equal(await holder(server, second), "ann", "a wrong password ends nothing");
  });
}

const registrations: typeof doors = {
  "the registration page": (server, cookie) =>
    post(server, "/register", { username: "ann", password }, cookie),
  "POST /api/auth/register": (server, cookie) =>
    ask(server, "POST", "/api/auth/register", {
      body: { username: "ann", password },
      headers: { cookie, origin: server.url },
    }),
  "POST /api/auth/register by a token": (server, cookie) =>
    ask(server, "POST", "/api/auth/register", {
      body: { username: "ann", password },
      token: cookie.split("=")[1],
    }),
};

for (const [door, register] of Object.entries(registrations)) {
  Deno.test(`${door}: who knew the guest's session does not have the account's`, async () => {
    await using server = await startServer();
    const token = await guest(server, "ann");
    using spy = await Wire.connect(server, { headers: { authorization: `Bearer ${token}` } });
    spy.send({ type: "join", roomId: 1 });
    await spy.next("joined");
    const session = sessionOf(await register(server, `parley_session=${token}`));
    assert.equal(await holder(server, session), "ann");
    assert.equal(await holder(server, token), undefined);
    assert.equal(await spy.end(), 1008);
  });
}

Deno.test("a planted cookie becomes no guest's session", async () => {
  await using server = await startServer();
  const token = await guest(server, "mallory");
  for (const [n, cookie] of [token, "b".repeat(43)].entries()) {
    const fields = { username: `ann ${n}` };
    const session = sessionOf(await post(server, "/session", fields, `parley_session=${cookie}`));
    assert.equal(await holder(server, session), `ann ${n}`);
    assert.equal(await holder(server, cookie), undefined);
  }
});
