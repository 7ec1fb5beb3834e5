/** Bots: programs with a name and a token of their own, for which a person answers. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { type Server, startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { LineClient } from "../transport/line_client.ts";
import { ports } from "../transport/ports.ts";
import { Wire } from "../wire.ts";
import { ask, guest } from "./ask.ts";

const PASSWORD = "a good password";

/** Makes an account; gives its session. */
async function register(server: Server, username: string): Promise<string> {
  const body = { username, password: PASSWORD };
  return (await ask(server, "POST", "/api/auth/register", { body })).body.token;
}

async function makeBot(server: Server, token: string, name: string) {
  const { status, body } = await ask(server, "POST", "/api/bots", { token, body: { name } });
  assert.equal(status, 201);
  return body as { id: string; name: string; ownerId: string; token: string; prefix: string };
}

/** Connects by a token and joins a room. */
async function joined(server: Server, token: string, roomId = 1): Promise<Wire> {
  const wire = await Wire.connect(server, { headers: { authorization: `Bearer ${token}` } });
  wire.send({ type: "join", roomId });
  await wire.next("joined");
  return wire;
}

/** How a room answers whoever comes by that token. */
async function status(server: Server, token: string, roomId: number): Promise<number> {
  return (await ask(server, "GET", `/api/rooms/${roomId}/messages`, { token })).status;
}

Deno.test("a bot speaks by every door, and everybody sees that it is one", async () => {
  await using server = await startServer({ env: { TCP_PORT: "0", UDP_PORT: "0" } });
  const { tcp, udp } = ports(server);
  const ann = await register(server, "ann");
  const { id, token, ownerId } = await makeBot(server, ann, "weather");
  using ben = await Wire.join(server, "ben");

  using socket = await joined(server, token);
  const { user } = await ben.next("member_joined");
  assert.deepEqual(user, { id, name: "weather", ownerId });
  assert.equal((await socket.say("by socket")).type, "ack");
  using line = LineClient.open(tcp, { type: "auth", token }, { type: "join", roomId: 1 });
  line.send({ type: "message", roomId: 1, text: "by line", txnId: "t" });
  await line.where(({ type, txnId }) => type === "ack" && txnId === "t");
  const path = "/api/rooms/1/messages";
  await ask(server, "POST", path, { token, body: { text: "by REST" } });
  const datagram = createSocket("udp4");
  datagram.send(JSON.stringify({ type: "status", token, status: "busy" }), udp, "127.0.0.1");
  assert.equal((await ben.next("status")).user.name, "weather");
  datagram.close();
  await until(() => ben.texts.length === 3);
  assert.deepEqual(ben.texts, ["by socket", "by line", "by REST"]);

  // Also when it is away.
  await socket.close();
  line.socket.destroy();
  await ben.next("member_left");
  using cat = await Wire.join(server, "cat");
  cat.send({ type: "history", roomId: 1 });
  assert.deepEqual((await cat.next("history")).people, [{ id, name: "weather", ownerId }]);
});

Deno.test("a bot's token is told once, opens nothing when revoked, and outlives a restart", async () => {
  await using dir = await tempDir();
  let ann = "";
  let token = "";
  const list = async (server: Server) =>
    (await ask(server, "GET", "/api/bots", { token: ann })).body.bots;
  {
    await using server = await startServer({ dataDir: dir.path });
    ann = await register(server, "ann");
    assert.deepEqual(await list(server), []);
    ({ token } = await makeBot(server, ann, "weather"));
    const text = JSON.stringify(await list(server));
    assert.ok(text.includes("weather") && !text.includes(token));
    const again = await ask(server, "POST", "/api/bots", { token: ann, body: { name: "Weather" } });
    assert.equal(again.status, 409);
    assert.equal(await server.stop(), 0);
  }
  await using server = await startServer({ dataDir: dir.path });
  const wire = await joined(server, token);
  const [{ id }] = await list(server);
  const ben = await register(server, "ben");
  const path = `/api/bots/${id}`;
  assert.equal((await ask(server, "DELETE", path, { token: ben })).status, 404);
  assert.equal((await ask(server, "DELETE", path, { token: ann })).status, 200);
  assert.equal(await wire.end(), 1008);
  assert.equal((await ask(server, "GET", "/api/profile", { token })).status, 401);
  assert.deepEqual(await list(server), []);
  const taken = await ask(server, "POST", "/api/bots", { token: ben, body: { name: "weather" } });
  assert.equal(taken.status, 409, "the name is nobody else's, ever");
  const anew = await makeBot(server, ann, "weather");
  assert.equal(anew.id, id, "made again it is the same bot");
  assert.notEqual(anew.token, token);
});

Deno.test("a bot comes into a private group only when it is let in, and goes with its owner", async () => {
  await using server = await startServer();
  const ann = await register(server, "ann");
  const ben = await register(server, "ben");
  const { token } = await makeBot(server, ben, "helper");
  const make = async (body: object) =>
    (await ask(server, "POST", "/api/rooms", { token: ann, body })).body.id as number;
  const closed = await make({ name: "plans", private: true });
  const open = await make({ name: "market" });
  const add = (username: string) =>
    ask(server, "POST", `/api/rooms/${closed}/members`, { token: ann, body: { username } });

  assert.equal(await status(server, token, closed), 404);
  for (const name of ["ben", "helper"]) assert.equal((await add(name)).status, 200);
  const wire = await joined(server, token, closed);
  wire.send({ type: "join", roomId: open });
  await wire.next("joined");

  for (const [roomId, ban] of [[closed, false], [open, true]] as const) {
    const path = `/api/rooms/${roomId}/members?username=ben&ban=${ban}`;
    assert.equal((await ask(server, "DELETE", path, { token: ann })).status, 200);
    assert.equal((await wire.next("left")).roomId, roomId);
  }
  assert.equal(await status(server, token, closed), 404);
  assert.equal(await status(server, token, open), 403);
  const { token: other } = await makeBot(server, ben, "other helper");
  assert.equal(await status(server, other, open), 403, "a ban holds for bots that come later");
  wire.send({ type: "join", roomId: open });
  assert.equal((await wire.next("error")).code, "forbidden");
  await wire.close();
});

Deno.test("a bot has no password, no account pages, no tokens, and no bots of its own", async () => {
  await using server = await startServer();
  const { token } = await makeBot(server, await register(server, "ann"), "helper");
  const login = { username: "helper", password: PASSWORD };
  assert.equal((await ask(server, "POST", "/api/auth/login", { body: login })).status, 401);
  assert.equal((await ask(server, "POST", "/api/auth/guest", { body: login })).status, 409);
  const body = { name: "another" };
  for (const path of ["/api/bots", "/api/tokens"]) {
    assert.equal((await ask(server, "POST", path, { token, body })).status, 403, path);
  }
  assert.equal((await ask(server, "POST", "/api/auth/token", { token })).status, 403);
  assert.equal((await ask(server, "POST", "/api/passkeys/options", { token })).status, 403);
  const ways: Record<string, string>[] = [{ authorization: `Bearer ${token}` }, {
    cookie: `parley_session=${token}`,
  }];
  for (const path of ["/account", "/profile", "/profile/picture"]) {
    for (const headers of ways) {
      const answer = await fetch(server.url + path, { headers });
      await answer.body?.cancel();
      assert.equal(answer.status, 403, path);
    }
  }
  // Nor has a guest any, who is somebody else tomorrow.
  const eve = await guest(server, "eve");
  assert.equal((await ask(server, "POST", "/api/bots", { token: eve, body })).status, 403);
});

Deno.test("the bots of a deactivated account are out of use with it", async () => {
  await using server = await startServer();
  const administrator = await register(server, "ann");
  const { token } = await makeBot(server, await register(server, "ben"), "helper");
  const wire = await joined(server, token);
  const set = (deactivated: boolean) =>
    ask(server, "PATCH", "/api/admin/accounts/ben", {
      token: administrator,
      body: { deactivated },
    });
  assert.equal((await set(true)).status, 200);
  assert.equal(await wire.end(), 1008);
  assert.equal(await status(server, token, 1), 401);
  await set(false);
  assert.equal(await status(server, token, 1), 200);
});
