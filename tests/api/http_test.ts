/** The REST API as caches, browsers of other origins, and careful clients meet it. */
import assert from "node:assert/strict";
import { type Server, startServer } from "../parley.ts";
import { ask, guest } from "./ask.ts";

const MESSAGES = "/api/rooms/1/messages";

function get(server: Server, path: string, token: string, headers: HeadersInit = {}) {
  return fetch(server.url + path, {
    headers: { authorization: `Bearer ${token}`, ...Object.fromEntries(new Headers(headers)) },
  });
}

Deno.test("a read that did not change is answered without a body", async (t) => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const first = await get(server, MESSAGES, token);
  const etag = first.headers.get("etag") ?? "";
  await first.body?.cancel();

  await t.step("it may be kept by the asker alone, and must be asked about", () => {
    assert.match(etag, /^W\/"[\w-]{22}"$/);
    assert.equal(first.headers.get("cache-control"), "private, no-cache");
    assert.match(first.headers.get("vary") ?? "", /Authorization, Cookie/);
  });

  const strong = etag.slice(2);
  for (const names of [etag, strong, `"other", ${etag}`, `W/"a,b",${strong}`, "*"]) {
    await t.step(`If-None-Match: ${names.replace(etag, "it").replace(strong, "it")}`, async () => {
      const answer = await get(server, MESSAGES, token, { "if-none-match": names });
      assert.equal(answer.status, 304);
      assert.equal(await answer.text(), "");
      assert.equal(answer.headers.get("etag"), etag);
      assert.equal(answer.headers.get("cache-control"), "private, no-cache");
    });
  }

  await t.step("what changed is told in full, with another tag", async () => {
    await ask(server, "POST", MESSAGES, { token, body: { text: "news" } });
    const answer = await get(server, MESSAGES, token, { "if-none-match": etag });
    assert.equal(answer.status, 200);
    assert.notEqual(answer.headers.get("etag"), etag);
    assert.equal((await answer.json()).messages.length, 1);
  });

  await t.step("nobody learns by a tag what they may not read", async () => {
    const answer = await fetch(server.url + MESSAGES, { headers: { "if-none-match": "*" } });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("www-authenticate"), "Bearer");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    await answer.body?.cancel();
  });

  await t.step("the API's document, too", async () => {
    const path = "/api/openapi.json";
    const document = await get(server, path, token);
    await document.body?.cancel();
    const names = { "if-none-match": document.headers.get("etag") ?? "" };
    assert.equal((await get(server, path, token, names)).status, 304);
  });
});

Deno.test("HEAD tells what GET would, OPTIONS and a wrong method what there is", async () => {
  await using server = await startServer();
  const headers = { authorization: `Bearer ${await guest(server, "ann")}` };
  const url = server.url + MESSAGES;
  const whole = await fetch(url, { headers });
  await whole.body?.cancel();
  const head = await fetch(url, { method: "HEAD", headers });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get("etag"), whole.headers.get("etag"));
  assert.equal(await head.text(), "");
  const options = await fetch(url, { method: "OPTIONS" });
  assert.deepEqual([options.status, options.headers.get("allow")], [
    204,
    "GET, HEAD, POST, OPTIONS",
  ]);
  const refused = await fetch(url, { method: "DELETE", headers });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [
    405,
    "GET, HEAD, POST, OPTIONS",
  ]);
  assert.equal((await refused.json()).error.code, "invalid_message");
});

Deno.test("Idempotency-Key is another way to say txnId", async (t) => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const send = (key: string | undefined, txnId?: string) =>
    ask(server, "POST", MESSAGES, {
      token,
      body: { text: "once", ...(txnId !== undefined && { txnId }) },
      ...(key !== undefined && { headers: { "idempotency-key": key } }),
    });
  const first = await send('"key-1"');
  assert.deepEqual([first.status, first.body.txnId], [201, "key-1"]);

  const same: [string, string | undefined, string | undefined][] = [
    ["again", '"key-1"', undefined],
    ["without quotes", "key-1", undefined],
    ["as txnId", undefined, "key-1"],
    ["both ways", '"key-1"', "key-1"],
  ];
  for (const [how, key, txnId] of same) {
    await t.step(`${how}: the same message`, async () => {
      const answer = await send(key, txnId);
      assert.deepEqual([answer.status, answer.body], [201, first.body]);
    });
  }
  await t.step("two that differ are refused, and nothing is sent", async () => {
    const answer = await send('"key-2"', "key-3");
    assert.deepEqual([answer.status, answer.body.error.code], [422, "invalid_message"]);
    assert.match(answer.body.error.message, /differ/);
  });
  await t.step("one that is too long is refused", async () => {
    const answer = await send(`"${"k".repeat(65)}"`);
    assert.equal(answer.status, 422);
    assert.match(answer.body.error.message, /^Idempotency-Key: /);
  });
  await t.step("quotes inside are quoted", async () => {
    assert.equal((await send('"a\\"b\\\\c"')).body.txnId, 'a"b\\c');
  });
  const page = await ask(server, "GET", MESSAGES, { token });
  assert.equal(page.body.messages.length, 2);
});

Deno.test("a history is read page by page, by its Link or by `before`", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  for (let n = 1; n <= 7; n++) {
    await ask(server, "POST", MESSAGES, { token, body: { text: String(n) } });
  }
  const seen: string[] = [];
  let path: string | undefined = `${MESSAGES}?limit=3`;
  while (path !== undefined) {
    const page = await ask(server, "GET", path, { token });
    seen.unshift(...page.body.messages.map(({ text }: { text: string }) => text));
    path = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
    assert.equal(path !== undefined, page.body.more);
    // What is written meanwhile shifts no page.
    await ask(server, "POST", MESSAGES, { token, body: { text: "later" } });
  }
  assert.deepEqual(seen, ["1", "2", "3", "4", "5", "6", "7"]);
});

Deno.test("who sends is told the limit before it is reached, and when to come back", async () => {
  await using server = await startServer({ env: { RATE_MESSAGES_PER_SECOND: "1" } });
  const token = await guest(server, "ann");
  const send = () => ask(server, "POST", MESSAGES, { token, body: { text: "x" } });
  const answers = [await send()];
  while (answers.at(-1)?.status === 201) answers.push(await send());
  for (const { headers } of answers) {
    assert.equal(headers.get("ratelimit-policy"), '"messages";q=3;w=3');
  }
  assert.equal(answers[0]?.headers.get("ratelimit"), '"messages";r=2;t=1');
  const last = answers.at(-1);
  assert.equal(last?.status, 429);
  assert.equal(last?.headers.get("ratelimit"), '"messages";r=0;t=1');
  assert.equal(last?.headers.get("retry-after"), "1");
});

Deno.test("without a limit none is told", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const { headers } = await ask(server, "POST", MESSAGES, { token, body: { text: "x" } });
  assert.equal(headers.get("ratelimit"), null);
});

Deno.test("a body must be JSON in UTF-8, not compressed, as it says", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const post = async (body: BodyInit, headers: Record<string, string>) => {
    const answer = await fetch(server.url + MESSAGES, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    const { error } = await answer.json();
    return { status: answer.status, message: error?.message, headers: answer.headers };
  };
  const json = { "content-type": "application/json; charset=utf-8" };

  const latin1 = await post(Uint8Array.from('{"text":"f\xFCr"}', (c) => c.charCodeAt(0)), json);
  assert.deepEqual([latin1.status, latin1.message], [400, "The body is not UTF-8."]);
  const gzip = await post("anything", { ...json, "content-encoding": "gzip" });
  assert.deepEqual([gzip.status, gzip.headers.get("accept-encoding")], [415, "identity"]);
  const form = await post("text=x", { "content-type": "application/x-www-form-urlencoded" });
  assert.deepEqual([form.status, form.headers.get("accept")], [415, "application/json"]);
  const large = await post(JSON.stringify({ text: "x".repeat(70_000) }), json);
  assert.equal(large.status, 413);
  const page = await ask(server, "GET", MESSAGES, { token });
  assert.deepEqual(page.body.messages, [], "nothing of it was sent");
});

Deno.test("pages of an allowed origin use the API with a token, those of another do not", async (t) => {
  const origin = "https://intranet.example.org";
  await using server = await startServer({ env: { ALLOWED_ORIGINS: origin } });
  const token = await guest(server, "ann");
  const url = server.url + MESSAGES;
  const preflight = (from: string) =>
    fetch(url, {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
      },
    });

  await t.step("its browser asks first", async () => {
    const { status, headers } = await preflight(origin);
    assert.equal(status, 204);
    assert.equal(headers.get("access-control-allow-origin"), origin);
    assert.match(headers.get("access-control-allow-methods") ?? "", /\bPOST\b/);
    assert.match(headers.get("access-control-allow-headers") ?? "", /Authorization.*Idempotency/);
    assert.equal(headers.get("access-control-allow-credentials"), null);
    assert.match(headers.get("vary") ?? "", /Origin/);
  });
  await t.step("it sends, and reads what it is told", async () => {
    const headers = { origin, "sec-fetch-site": "cross-site" };
    const sent = await ask(server, "POST", MESSAGES, { token, body: { text: "hi" }, headers });
    assert.equal(sent.status, 201);
    assert.equal(sent.headers.get("access-control-allow-origin"), origin);
    assert.match(sent.headers.get("access-control-expose-headers") ?? "", /RateLimit/);
  });
  await t.step("it reads errors, too", async () => {
    const refused = await ask(server, "GET", MESSAGES, { headers: { origin } });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get("access-control-allow-origin"), origin);
  });
  await t.step("another origin is told nothing, and may change nothing", async () => {
    const evil = "https://evil.example";
    assert.equal((await preflight(evil)).headers.get("access-control-allow-origin"), null);
    const headers = { origin: evil, "sec-fetch-site": "cross-site" };
    const sent = await ask(server, "POST", MESSAGES, { token, body: { text: "hi" }, headers });
    assert.equal(sent.status, 403);
    assert.equal(sent.headers.get("access-control-allow-origin"), null);
    assert.match(sent.headers.get("vary") ?? "", /Origin/);
  });
});

Deno.test("the document names these headers where they come", async () => {
  await using server = await startServer();
  const { body: { paths } } = await ask(server, "GET", "/api/openapi.json");
  const { get, post } = paths["/api/rooms/{id}/messages"];
  const names = (parameters: { in: string; name: string }[]) =>
    parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name);
  assert.deepEqual(names(get.parameters), ["If-None-Match"]);
  assert.deepEqual(names(post.parameters), ["Idempotency-Key"]);
  assert.deepEqual(Object.keys(get.responses["200"].headers), ["ETag", "Link"]);
  assert.deepEqual(Object.keys(get.responses["304"].headers), ["ETag"]);
  assert.deepEqual(Object.keys(post.responses["201"].headers), ["RateLimit-Policy", "RateLimit"]);
  assert.deepEqual(Object.keys(post.responses["429"].headers), [
    "Retry-After",
    "RateLimit-Policy",
    "RateLimit",
  ]);
});
