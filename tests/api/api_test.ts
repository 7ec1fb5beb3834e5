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

/** Who asks → path and method → status for a good and for a bad body. */
const EXPECTED: Record<
  string,
  { nobody: [number, number]; member: [number, number]; stranger: [number, number] }
> = {
  "POST /api/auth/guest": { nobody: [201, 422], member: [201, 422], stranger: [201, 422] },
  "POST /api/auth/register": { nobody: [201, 422], member: [201, 422], stranger: [201, 422] },
  "POST /api/auth/login": { nobody: [200, 422], member: [200, 422], stranger: [200, 422] },
  "POST /api/auth/logout": { nobody: [401, 401], member: [200, 200], stranger: [200, 200] },
  "GET /api/profile": { nobody: [401, 401], member: [200, 200], stranger: [200, 200] },
  "GET /api/rooms": { nobody: [200, 200], member: [200, 200], stranger: [200, 200] },
  "POST /api/rooms": { nobody: [401, 401], member: [201, 422], stranger: [201, 422] },
  "GET /api/rooms/{id}": { nobody: [401, 401], member: [200, 200], stranger: [404, 404] },
  "GET /api/rooms/{id}/messages": { nobody: [401, 401], member: [200, 200], stranger: [404, 404] },
  "POST /api/rooms/{id}/messages": { nobody: [401, 401], member: [201, 422], stranger: [404, 422] },
  "POST /api/rooms/{id}/invites": { nobody: [401, 401], member: [201, 422], stranger: [404, 422] },
  "POST /api/invites/{code}": { nobody: [401, 401], member: [404, 404], stranger: [404, 404] },
  "POST /api/direct": { nobody: [401, 401], member: [200, 422], stranger: [200, 422] },
};

/** A good body for each operation that takes one; `n` makes names new. */
const GOOD: Record<string, (n: number) => object> = {
  "POST /api/auth/guest": (n) => ({ username: `guest ${n}` }),
  "POST /api/auth/register": (n) => ({ username: `account ${n}`, password: "a good password" }),
  "POST /api/auth/login": () => ({ username: "account", password: "a good password" }),
  "POST /api/rooms": (n) => ({ name: `room ${n}` }),
  "POST /api/rooms/{id}/messages": () => ({ text: "hello" }),
  "POST /api/rooms/{id}/invites": () => ({}),
  "POST /api/direct": () => ({ username: "friend" }),
};

Deno.test("every operation, whoever asks, with a good and a bad body: as the table says", async (t) => {
  await using server = await startServer();
  await guest(server, "friend");
  const account = { username: "account", password: "a good password" };
  await ask(server, "POST", "/api/auth/register", { body: account });
  const { body: { paths } } = await ask(server, "GET", "/api/openapi.json");
  const operations = Object.entries(paths as Record<string, object>)
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
    );
  assert.deepEqual(operations.toSorted(), Object.keys(EXPECTED).toSorted(), "none is forgotten");

  const member = await signIn(server, "member");
  const privately = { name: "secret", private: "1" };
  const room = String(await member.submit("/rooms", privately)).split("/").at(-1);
  let n = 0;
  for (const operation of operations) {
    const [method = "", path = ""] = operation.split(" ");
    const takesBody = operation in GOOD;
    for (const who of ["nobody", "stranger", "member"] as const) {
      await t.step(`${operation} as ${who}`, async () => {
        for (const [index, kind] of (["good", "bad"] as const).entries()) {
          // Logging out ends a token: each request has one of its own.
          const token = who === "nobody"
            ? undefined
            : who === "stranger"
            ? await guest(server, `stranger ${n++}`)
            : operation.endsWith("logout")
            ? await guest(server, `member ${n++}`)
            : member.token;
          const body = !takesBody
            ? undefined
            : kind === "good"
            ? GOOD[operation]?.(n++)
            : { uses: 0 };
          const answer = await ask(
            server,
            method,
            path.replace("{id}", room ?? "").replace("{code}", "guess"),
            {
              token,
              body,
            },
          );
          assert.equal(
            answer.status,
            EXPECTED[operation]?.[who][index],
            `${kind}: ${JSON.stringify(answer.body)}`,
          );
          if (answer.status >= 400) assert.match(answer.body.error.message, /\w.*\.$/);
        }
      });
    }
  }
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
