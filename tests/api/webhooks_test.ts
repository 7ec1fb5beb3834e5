/** Incoming webhooks: a program speaks in a room, as a bot, by an address that is its secret. */
import assert from "node:assert/strict";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { ask } from "./ask.ts";

async function makeHook(server: { url: string }, token: string, options: object, name = "ci") {
  const asker = server as Parameters<typeof ask>[0];
  const room = await ask(asker, "POST", "/api/rooms", {
    token,
    body: { name: "builds", ...options },
  });
  const at = `/api/rooms/${room.body.id}`;
  const hook = await ask(asker, "POST", `${at}/webhooks`, { token, body: { name } });
  assert.equal(hook.status, 201);
  return { roomId: room.body.id as number, at, id: hook.body.id, path: hook.body.path as string };
}

Deno.test("a program speaks by its address: durable when it is answered, seen live", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const hook = await makeHook(server, ann.token, { private: true });
  using wire = await ann.join(hook.roomId);
  const answer = await ask(server, "POST", hook.path, { body: { text: "Build 7 passed" } });
  assert.deepEqual([answer.status, answer.body.seq], [200, 1]);
  const { message } = await wire.next("message");
  assert.deepEqual([message.sender, message.text], ["ci", "Build 7 passed"]);
});

Deno.test("a retry with the same Idempotency-Key says it once", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const hook = await makeHook(server, ann.token, {});
  const headers = { "idempotency-key": "build-7" };
  const tries = await Promise.all(
    Array.from(
      { length: 10 },
      () => ask(server, "POST", hook.path, { body: { text: "x" }, headers }),
    ),
  );
  assert.equal(new Set(tries.map(({ body }) => body.id)).size, 1);
});

Deno.test("a webhook ends when it is taken back, or its bot is put out", async () => {
  await using server = await startServer();
  const { token } = await signIn(server, "ann");
  const say = async (path: string) =>
    (await ask(server, "POST", path, { body: { text: "x" } })).status;
  const first = await makeHook(server, token, { private: true });
  const second = await ask(server, "POST", `${first.at}/webhooks`, { token, body: { name: "cd" } });
  assert.deepEqual([await say(first.path), await say(second.body.path)], [200, 200]);

  const { body: { webhooks } } = await ask(server, "GET", `${first.at}/webhooks`, { token });
  assert.equal(JSON.stringify(webhooks).includes(first.path.split("/").at(-1) ?? "?"), false);
  await ask(server, "DELETE", `${first.at}/webhooks/${first.id}`, { token });
  assert.deepEqual([await say(first.path), await say(second.body.path)], [404, 200]);
  await ask(server, "DELETE", `${first.at}/members?username=cd`, { token });
  assert.equal(await say(second.body.path), 404);
});

Deno.test("a bot's name is nobody else's, and its address tells what is wrong", async () => {
  await using server = await startServer({ env: { MAX_TEXT_LENGTH: "100" } });
  const { token } = await signIn(server, "ann");
  const ben = await signIn(server, "ben");
  const hook = await makeHook(server, token, {});
  await assert.rejects(signIn(server, "ci"));
  const room = await ask(server, "POST", "/api/rooms", {
    token: ben.token,
    body: { name: "other" },
  });
  const taken = await ask(server, "POST", `/api/rooms/${room.body.id}/webhooks`, {
    token: ben.token,
    body: { name: "CI" },
  });
  assert.equal(taken.body.error.code, "username_taken");
  const long = await ask(server, "POST", hook.path, { body: { text: "x".repeat(101) } });
  assert.match(long.body.error.message, /longer than 100/);
  const empty = await ask(server, "POST", hook.path, { body: { attachments: [] } });
  assert.match(empty.body.error.message, /empty/);
});

Deno.test("blocks within blocks without end are refused, and no line in the log is spent on them", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const hook = await makeHook(server, ann.token, {});
  const depth = 3500;
  const inner = '{"elements":['.repeat(depth) + '{"text":"x"}' + "]}".repeat(depth);
  const { status } = await ask(server, "POST", hook.path, {
    body: `{"blocks":[${inner}]}`,
    headers: { "content-type": "application/json" },
  });
  assert.equal(status, 400);
  assert.equal(server.log(), "");
});
