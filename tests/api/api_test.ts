/** The REST API: what its own document says is what it does. */
import assert from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { startServer } from "../parley.ts";
import { signIn } from "../browserless.ts";
import { Wire } from "../wire.ts";
import { type Answer, ask, guest } from "./ask.ts";

Deno.test("a program takes a name, makes a group, sends, and reads", async () => {
  await using server = await startServer();
  const token = await guest(server, "program");
  const room = await ask(server, "POST", "/api/rooms", { token, body: { name: "builds" } });
  assert.deepEqual([room.status, room.body.kind, room.body.name], [201, "group", "builds"]);
  using bob = await Wire.join(server, "bob", { roomId: room.body.id });
  const path = `/api/rooms/${room.body.id}/messages`;
  const sent = await ask(server, "POST", path, { token, body: { text: "passed", txnId: "b1" } });
  assert.deepEqual([sent.status, sent.body.seq, sent.body.txnId], [201, 1, "b1"]);
  assert.equal((await bob.next("message")).message.text, "passed", "everybody sees it live");
  const page = await ask(server, "GET", `${path}?limit=5`, { token });
  assert.deepEqual(page.body.messages.map((m: { text: string }) => m.text), ["passed"]);
  assert.equal((await ask(server, "GET", "/api/profile", { token })).body.name, "program");
  assert.equal((await ask(server, "POST", "/api/auth/logout", { token })).status, 200);
  assert.equal((await ask(server, "GET", "/api/profile", { token })).status, 401);
});

Deno.test("a txnId is the same message by every door", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using wire = await ann.join(1);
  const ack = await wire.say("once", "t1");
  const body = { text: "once", txnId: "t1" };
  const twins = await Promise.all(
    Array.from(
      { length: 50 },
      () => ask(server, "POST", "/api/rooms/1/messages", { token: ann.token, body }),
    ),
  );
  for (const twin of twins) {
    assert.deepEqual([twin.body.id, twin.body.seq], [ack.id, ack.seq]);
  }
  assert.equal(wire.texts.length, 1);
});

Deno.test("the document is valid OpenAPI 3.1", async () => {
  await using server = await startServer();
  const { body } = await ask(server, "GET", "/api/openapi.json");
  const { valid, errors } = await new Validator().validate(body);
  assert.equal(valid, true, JSON.stringify(errors));
  assert.equal(body.openapi, "3.1.0");
});

Deno.test("what is wrong with a request itself has its own status", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const path = "/api/rooms";
  const cases: [number, Promise<Answer>][] = [
    [400, ask(server, "POST", path, { token, body: "{" })],
    [413, ask(server, "POST", path, { token, body: { name: "x".repeat(70_000) } })],
    [
      415,
      ask(server, "POST", path, {
        token,
        body: "name=x",
        headers: { "content-type": "text/plain" },
      }),
    ],
    [405, ask(server, "DELETE", path, { token })],
    [404, ask(server, "GET", "/api/nothing", { token })],
    [404, ask(server, "GET", "/api/rooms/abc", { token })],
    [422, ask(server, "GET", "/api/rooms/1/messages?limit=1000", { token })],
    [
      403,
      ask(server, "POST", path, {
        token,
        body: { name: "x" },
        headers: { origin: "https://evil.example" },
      }),
    ],
    [409, ask(server, "POST", "/api/auth/guest", { body: { username: "ANN" } })],
    [409, ask(server, "POST", path, { token, body: { name: "lobby" } })],
    [401, ask(server, "POST", path, { token: "guess", body: { name: "x" } })],
  ];
  for (const [status, asked] of cases) {
    const answer = await asked;
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(typeof answer.body.error.code, "string");
  }
});

Deno.test("who sends too much is told when to come back", async () => {
  await using server = await startServer({ env: { RATE_MESSAGES_PER_SECOND: "1" } });
  const token = await guest(server, "ann");
  const send = () => ask(server, "POST", "/api/rooms/1/messages", { token, body: { text: "x" } });
  const answers = await Promise.all(Array.from({ length: 6 }, send));
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(refused.length, 3);
  for (const { headers } of refused) assert.equal(headers.get("retry-after"), "1");
});
