/** What the server says over plain HTTP, and to whom. */
import assert from "node:assert/strict";
import { ask } from "../api/ask.ts";
import { post, signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { Wire } from "../wire.ts";

Deno.test("health, readiness and metrics", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "alice");
  await alice.say("hello");
  for (const path of ["/healthz", "/readyz"]) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200, await answer.text());
  }
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  assert.equal(value("parley_connections"), 1);
  assert.equal(value("parley_rooms_active"), 1);
  assert.equal(value("parley_messages_total"), 1);
  assert.equal(value("parley_journal_commits_total"), 1);
  assert.equal(value("parley_journal_commit_seconds_count"), 1);
  assert.equal(value("parley_archive_pending"), 1);
  assert.equal(value("parley_journal_events"), 1);
  const [heap, resident] = [value("parley_heap_bytes"), value("process_resident_memory_bytes")];
  assert.ok(heap > 1024 ** 2 && resident > heap, `${heap} of ${resident} bytes`);
  assert.ok(value("parley_frames_sent_total") >= 4);
  for (const name of ["archive_flushes", "archive_events", "slow_clients"]) {
    assert.equal(value(`parley_${name}_total`), 0);
  }
});

Deno.test("a WebSocket from another site's page is refused, from an allowed one it is not", async () => {
  await using server = await startServer({ env: { ALLOWED_ORIGINS: "https://friend.example" } });
  const from = (origin: string) => Wire.connect(server, { headers: { origin } });
  await assert.rejects(from("https://evil.example"), /403/);
  await assert.rejects(from("null"), /403/);
  for (const origin of ["https://friend.example", server.url]) {
    using wire = await from(origin);
    await wire.next("hello");
  }
});

Deno.test("a form of another site's page is refused", async () => {
  await using server = await startServer();
  const answer = await fetch(`${server.url}/session`, {
    method: "POST",
    headers: { origin: "https://evil.example" },
    body: new URLSearchParams({ username: "eve" }),
  });
  assert.equal(answer.status, 403);
  await answer.body?.cancel();
});

Deno.test("pages allow scripts by nonce alone, and nothing of others", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  for (const path of ["/", "/rooms/1"]) {
    const page = await ann.get(path);
    const policy = page.headers.get("content-security-policy") ?? "";
    const scripts = /script-src ([^;]+)/.exec(policy)?.[1] ?? "";
    assert.equal(scripts.includes("unsafe-inline"), false, policy);
    assert.match(policy, /default-src 'self'/);
    assert.equal(policy.includes("upgrade-insecure-requests"), false, "this is plain HTTP");
    const nonce = /'nonce-(\w+)'/.exec(scripts)?.[1];
    for (const [tag] of (await page.text()).matchAll(/<script\b[^>]*>/g)) {
      assert.ok(tag.includes(`nonce="${nonce}"`), tag);
    }
    assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("a session's cookie can't be read by scripts, nor sent along by other sites", async () => {
  await using server = await startServer();
  const answer = await post(server, "/session", { username: "ann" });
  const cookie = answer.headers.get("set-cookie") ?? "";
  for (const flag of ["HttpOnly", "SameSite=Lax", "Path=/"]) {
    assert.ok(cookie.includes(flag), cookie);
  }
});

Deno.test("a taken name is told to the person who wants it", async () => {
  await using server = await startServer();
  await signIn(server, "ann");
  const answer = await post(server, "/session", { username: "Ann" });
  assert.equal(answer.status, 409);
  assert.match(await answer.text(), /That name is taken/);
});

Deno.test("after the form one goes on to a page of this server, never elsewhere", async () => {
  await using server = await startServer();
  const places = {
    "/rooms/1": "/rooms/1",
    "https://evil.example": "/",
    "//evil.example": "/",
    "/\\evil.example": "/",
    "": "/",
  };
  for (const [n, [next, location]] of Object.entries(places).entries()) {
    const answer = await post(server, "/session", { username: `name ${n}`, next });
    assert.equal(answer.headers.get("location"), location, next);
  }
});

Deno.test("where guests are not allowed nobody gets in by a name", async () => {
  await using server = await startServer({ env: { ALLOW_GUESTS: "false" } });
  using wire = await Wire.connect(server);
  wire.send({ type: "join", roomId: 1, username: "guest" });
  assert.equal((await wire.next("error")).code, "unauthenticated");
  assert.equal((await post(server, "/session", { username: "guest" })).status, 422);
});

Deno.test("what is no form is refused with a status of its own, never with 500", async () => {
  await using server = await startServer();
  const cases: [number, RequestInit][] = [
    [415, { body: "{}", headers: { "content-type": "application/json" } }],
    [415, { body: new Uint8Array([1, 2, 3]) }],
    [415, { body: "--x", headers: { "content-type": "multipart/form-data; boundary=x" } }],
    [413, { body: new URLSearchParams({ username: "x".repeat(70_000) }) }],
    [422, { body: new URLSearchParams({ username: "%E0%A4%A\0" }) }],
    [422, { body: new URLSearchParams() }],
  ];
  for (const path of ["/session", "/register"]) {
    for (const [status, init] of cases) {
      const headers = { origin: server.url, ...init.headers };
      const answer = await fetch(server.url + path, { method: "POST", ...init, headers });
      await answer.body?.cancel();
      assert.equal(answer.status, status, `${path} ${JSON.stringify(init.headers)}`);
    }
  }
});

Deno.test("what no page of ours sends has a status of its own, too, never 500", async () => {
  await using server = await startServer();
  const { body: { token } } = await ask(server, "POST", "/api/auth/register", {
    body: { username: "ann", password: "correct horse battery" },
  });
  const cookie = `parley_session=${token}`;
  const room = (await post(server, "/rooms", { name: "ours" }, cookie)).headers.get("location");
  const long = "x".repeat(5000);
  const cases: [number, string, Record<string, string>][] = [
    [401, "/login", { username: long, password: "wrong password" }],
    [404, `/invite/${long}`, {}],
  ];
  for (const act of ["constructor", "__proto__", "hasOwnProperty"]) {
    cases.push([400, `${room}/settings`, { act }], [400, "/admin", { act }]);
  }
  for (const [act, field] of [["remove", "username"], ["ban", "username"], ["revoke", "code"]]) {
    cases.push([422, `${room}/settings`, { act, [`${field}`]: long }]);
  }
  cases.push(
    [422, `${room}/settings`, { act: "role", role: "admin", username: long }],
    [422, `${room}/settings`, { act: "unhook", hook: long }],
    [422, "/admin", { act: "promote", username: long }],
    [422, "/account", { act: "revoke", token: long }],
    [422, "/account", { act: "remove_passkey", passkey: long }],
  );
  for (const [status, path, fields] of cases) {
    const answer = await post(server, path, fields, cookie);
    assert.equal(answer.status, status, `${path} ${JSON.stringify(fields).slice(0, 60)}`);
  }
  const pages = {
    [`/invite/${long}`]: 404,
    "/api/docs/constructor": 404,
    "/people?cursor=of-another-search": 422,
  };
  for (const [path, status] of Object.entries(pages)) {
    const answer = await fetch(server.url + path, { headers: { cookie } });
    await answer.body?.cancel();
    assert.equal(answer.status, status, path.slice(0, 60));
  }
  assert.equal(server.log(), "", "nothing of it is worth a line in the log");
});

Deno.test("who was banned is told so by the room's page", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const eve = await signIn(server, "eve");
  const room = await ann.submit("/rooms", { name: "ours" });
  await ann.submit(`${room}/settings`, { act: "ban", username: "eve" });
  const page = await eve.get(String(room));
  assert.deepEqual([page.status, /This is not for you/.test(await page.text())], [403, true]);
  assert.equal(server.log(), "");
});

Deno.test("an upgrade that is no handshake is a bad request", async () => {
  await using server = await startServer();
  const { hostname, port } = new URL(server.url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [
    "GET /ws HTTP/1.1",
    "Host: x",
    "Upgrade: websocket",
    "Connection: upgrade",
    "",
    "",
  ];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  const buffer = new Uint8Array(1000);
  const count = await connection.read(buffer);
  assert.match(new TextDecoder().decode(buffer.subarray(0, count ?? 0)), /^HTTP\/1.1 400 /);
  assert.equal(server.log(), "");
});

Deno.test("odd addresses and headers are answered, not fallen over", async () => {
  await using server = await startServer();
  const paths = [
    "/rooms/%E0%A4%A",
    "/rooms/1e9",
    "/rooms/-1",
    "/rooms/99999999999999999999",
    "/%00",
  ];
  for (const path of paths) {
    const answer = await fetch(server.url + path, { redirect: "manual" });
    await answer.body?.cancel();
    assert.equal(answer.status, 404, path);
  }
  for (const cookie of ["parley_session=", "parley_session=%", ";;;=", "x".repeat(5000)]) {
    const answer = await fetch(server.url, { headers: { cookie } });
    await answer.body?.cancel();
    assert.equal(answer.status, 200, cookie.slice(0, 20));
  }
  assert.equal(server.log(), "", "nothing of it is worth a line in the log");
});
