/** Outgoing webhooks: told of all that is said, in order, at least once. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { ask } from "../api/ask.ts";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { isPublic } from "@/lib/hooks/public_lookup.ts";

/** What a receiver got. */
interface Got {
  readonly headers: Headers;
  readonly body: string;
}

/** A program that is told; it answers as `status` says. */
function receiver(status: (got: readonly Got[]) => number = () => 204) {
  const got: Got[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    got.push({ headers: request.headers, body: await request.text() });
    return new Response(null, { status: status(got) });
  });
  return {
    got,
    url: `http://127.0.0.1:${server.addr.port}/told`,
    texts: () => got.map(({ body }) => JSON.parse(body).message.text),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const env = { ALLOW_PRIVATE_WEBHOOKS: "true" };

async function subscribe(server: Parameters<typeof ask>[0], token: string, url: string) {
  const room = await ask(server, "POST", "/api/rooms", { token, body: { name: "builds" } });
  const at = `/api/rooms/${room.body.id}`;
  const made = await ask(server, "POST", `${at}/subscriptions`, { token, body: { url } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const say = (text: string) => ask(server, "POST", `${at}/messages`, { token, body: { text } });
  return { at, say, id: made.body.id as string, secret: made.body.secret as string };
}

Deno.test("each message is told in order, signed as Standard Webhooks has it", async () => {
  await using server = await startServer({ env });
  await using told = receiver();
  const { token } = await signIn(server, "ann");
  const { say, secret } = await subscribe(server, token, told.url);
  for (let n = 0; n < 20; n++) await say(`word ${n}`);
  await until(() => told.got.length === 20);
  assert.deepEqual(told.texts(), Array.from({ length: 20 }, (_, n) => `word ${n}`));
  for (const { headers, body } of told.got) {
    const key = Uint8Array.fromBase64(secret.replace("whsec_", ""));
    const signed = `${headers.get("webhook-id")}.${headers.get("webhook-timestamp")}.${body}`;
    const expected = createHmac("sha256", key).update(signed).digest("base64");
    assert.equal(headers.get("webhook-signature"), `v1,${expected}`);
  }
});

Deno.test("who fails is told again, under the same id, and nothing overtakes", async () => {
  await using server = await startServer({ env });
  await using told = receiver((got) => got.length < 3 ? 500 : 200);
  const { token } = await signIn(server, "ann");
  const { say } = await subscribe(server, token, told.url);
  await say("first");
  await say("second");
  await until(() => told.got.length === 4);
  assert.deepEqual(told.texts(), ["first", "first", "first", "second"]);
  const ids = told.got.map(({ headers }) => headers.get("webhook-id"));
  assert.equal(new Set(ids.slice(0, 3)).size, 1);
  assert.notEqual(ids[3], ids[2]);
});

Deno.test("what was said while nobody was told is told after a kill -9", async () => {
  await using dir = await tempDir();
  await using told = receiver();
  let missed: string[];
  {
    await using server = await startServer({ dataDir: dir.path, env });
    const { token } = await signIn(server, "ann");
    const { say } = await subscribe(server, token, told.url);
    missed = Array.from({ length: 50 }, (_, n) => `word ${n}`);
    for (const text of missed) await say(text);
    await server.kill();
  }
  await using _ = await startServer({ dataDir: dir.path, env });
  await until(() => new Set(told.texts()).size === 50);
  const once = told.texts().filter((text, index, all) => text !== all[index - 1]);
  assert.deepEqual(once, missed, "in order; the last one before the kill perhaps twice");
});

Deno.test("it ends when it is taken back, and when the receiver says that it is gone", async () => {
  await using server = await startServer({ env });
  await using told = receiver();
  await using gone = receiver(() => 410);
  const { token } = await signIn(server, "ann");
  const { at, say, id } = await subscribe(server, token, told.url);
  await ask(server, "POST", `${at}/subscriptions`, { token, body: { url: gone.url } });
  await say("first");
  await until(() => told.got.length === 1 && gone.got.length === 1);
  const left = async () =>
    (await ask(server, "GET", `${at}/subscriptions`, { token })).body.subscriptions.length;
  await until(async () => await left() === 1);
  await ask(server, "DELETE", `${at}/subscriptions/${id}`, { token });
  assert.equal(await left(), 0);
  await say("second");
  await ask(server, "POST", `${at}/subscriptions`, { token, body: { url: told.url } });
  await say("third");
  await until(() => told.got.length === 2);
  assert.deepEqual([told.texts(), gone.texts()], [["first", "third"], ["first"]]);
});

Deno.test("the server's own network is not called unless its owner allows it", async () => {
  await using server = await startServer();
  await using told = receiver();
  const { token } = await signIn(server, "ann");
  const { say } = await subscribe(server, token, told.url);
  const { port } = new URL(told.url);
  const byName = { url: `http://localhost:${port}/` };
  await ask(server, "POST", "/api/rooms/2/subscriptions", { token, body: byName });
  await say("secret");
  await until(() => server.log().split("can't be reached").length === 3);
  assert.match(server.log(), /127\.0\.0\.1 is not a public address/);
  assert.match(server.log(), /localhost leads to/);
  assert.equal(told.got.length, 0);
});

Deno.test("addresses of the public internet are told from all others", () => {
  const inside = "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 " +
    "224.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 ::ffff:10.0.0.1 64:ff9b::a00:1";
  for (const address of inside.split(" ")) assert.equal(isPublic(address), false, address);
  for (const address of ["1.1.1.1", "2606:4700::1111"]) assert.equal(isPublic(address), true);
});
