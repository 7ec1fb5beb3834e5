/**
 * What the sample app answers over HTTP. Most of it is what real Fresh 2.3.3 answers as well;
 * `lib/fresh/README.md` names what differs.
 */
import assert from "node:assert/strict";
import { loggedErrors, sampleTest } from "./sample.ts";

const HTML = "text/html; charset=utf-8";
const IMMUTABLE = "public, max-age=31536000, immutable";
const JSON_TYPE = { "content-type": "application/json" };

sampleTest(
  "a page has the handler's data and headers, and those of middlewares",
  async (sample) => {
    const { status, headers, text } = await sample.get("/");
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), HTML);
    assert.equal(headers.get("x-page"), "index");
    assert.equal(headers.get("x-trail"), "main,root-a,root-b");
    assert.equal(headers.get("x-app"), "edge");
    assert.ok(text.startsWith('<!DOCTYPE html><html lang="en">'));
    assert.match(text, /<li[^>]*>&lt;lobby(>|&gt;)<\/li><li[^>]*>dev &amp; ops<\/li>/);
  },
);

sampleTest("Head puts elements into the head, the title in the title's place", async (sample) => {
  const { text } = await sample.get("/");
  assert.deepEqual(text.match(/<title>.*?<\/title>/g), ["<title>Rooms</title>"]);
  const meta = text.indexOf('name="description"');
  assert.ok(meta > 0 && meta < text.indexOf("</head>"));
});

sampleTest("csp() gives each page's inline code a nonce of its own", async (sample) => {
  const nonceOf = async (): Promise<string> => {
    const { headers, text } = await sample.get("/strict");
    const policy = headers.get("content-security-policy") ?? "";
    assert.doesNotMatch(policy, /unsafe-inline/);
    assert.match(policy, /img-src 'self';.*frame-src 'none'/);
    const [, nonce = ""] = /script-src 'self' 'nonce-(\w+)'/.exec(policy) ?? [];
    assert.match(policy, new RegExp(`style-src 'self' 'nonce-${nonce}'`));
    const inline = text.match(/<(style|script)[ >][^>]*/g) ?? [];
    // A style in the head, another in the page, its script, and the two of the islands.
    assert.equal(inline.length, 5);
    for (const tag of inline) assert.match(tag, new RegExp(` nonce="${nonce}"`));
    return nonce;
  };
  assert.notEqual(await nonceOf(), await nonceOf());
  const data = await sample.get("/strict/data");
  assert.match(
    data.headers.get("content-security-policy") ?? "",
    /script-src 'self' 'unsafe-inline'/,
  );
});

sampleTest("a page loads the JavaScript of its own islands only", async (sample) => {
  const index = await sample.get("/");
  assert.match(index.headers.get("link") ?? "", /rel="?modulepreload"?/);
  const scripts = [...index.text.matchAll(/"(\/_fresh\/[^"]+\.js)"/g)].map(([, url]) => url ?? "");
  assert.ok(scripts.length > 0);
  for (const url of scripts) {
    const { status, headers } = await sample.get(url);
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "text/javascript; charset=UTF-8");
    assert.equal(headers.get("cache-control"), IMMUTABLE);
  }
  const room = await sample.get("/rooms/lobby");
  assert.doesNotMatch(room.text + room.headers.get("link"), /Ticker|EchoBox/);
  assert.doesNotMatch((await sample.get("/admin?as=root")).text, /<script/);
});

sampleTest("props of islands cannot end the script that they are in", async (sample) => {
  for (const path of ["/", "/props"]) {
    const { text } = await sample.get(path);
    const opened = text.split("<script").length;
    assert.equal(text.split("</script>").length, opened);
    assert.equal(text.split("<!--").length, text.split("-->").length);
  }
});

for (
  const [kind, message] of [
    ["function", /Island Described: prop &quot;value\.deep\[0\]&quot; is a function/],
    ["class", /Island Described: prop &quot;value&quot; is a Person/],
    ["jsx", /Island Described: prop &quot;value&quot; is JSX/],
    ["cycle", /Island Described: prop &quot;value\[0\]&quot; holds itself/],
  ] as const
) {
  sampleTest(`a ${kind} as an island's prop is an error that names both`, async (sample) => {
    using _quiet = loggedErrors();
    const { status, text } = await sample.get(`/bad_props?kind=${kind}`);
    assert.equal(status, 500);
    assert.match(text, message);
  });
}

sampleTest("params are decoded, and state reaches page and layout", async (sample) => {
  const room = await sample.get("/rooms/lobby");
  assert.match(room.text, /<title>Room lobby<\/title>/);
  assert.match(
    room.text,
    /<p id="meta">main(>|&gt;)root-a(>|&gt;)root-b\|lobby\|\/rooms\/:id<\/p>/,
  );
  assert.match((await sample.get("/rooms/a%20b")).text, /Room a b</);
  assert.match((await sample.get("/files/a/b%20c")).text, /<p id="rest">a\/b c<\/p>/);
  const member = await sample.get("/u/ann@example.org");
  assert.match(member.text, /<p id="m">ann at example.org<\/p>/);
});

sampleTest("_error.tsx answers what is thrown, with its status, in the layout", async (sample) => {
  const secret = await sample.get("/rooms/secret");
  assert.equal(secret.status, 403);
  assert.match(secret.text, /class="layout".*failed: 403 keep out/);
  using _quiet = loggedErrors();
  const boom = await sample.get("/boom");
  assert.equal(boom.status, 500);
  assert.match(boom.text, /failed: 500 kaput/);
});

sampleTest("an error of the server is logged once, and one of the client never", async (sample) => {
  using logged = loggedErrors();
  for (const path of ["/nope", "/rooms/none", "/rooms/secret", "/teapot"]) await sample.get(path);
  assert.deepEqual(logged.errors, []);
  await sample.get("/boom");
  assert.deepEqual(logged.errors.map(String), ["Error: kaput"]);
});

sampleTest("_error.tsx answers 404 for what is not there", async (sample) => {
  for (const path of ["/nope", "/rooms/none", "/rooms/lobby/"]) {
    const { status, text } = await sample.get(path);
    assert.equal(status, 404, path);
    assert.match(text, /class="layout".*failed: 404/);
  }
});

sampleTest("what middlewares do after next() is not done when something throws", async (sample) => {
  using _quiet = loggedErrors();
  for (const path of ["/nope", "/rooms/secret", "/boom"]) {
    assert.equal((await sample.get(path)).headers.get("x-app"), null, path);
  }
});

sampleTest("a page without app wrapper and layouts is a document all the same", async (sample) => {
  assert.equal(
    (await sample.get("/bare")).text,
    '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><p>bare</p></body></html>',
  );
});

sampleTest("a literal path may end with a slash, and slashes count once", async (sample) => {
  assert.match((await sample.get("/bare/")).text, /<p>bare<\/p>/);
  assert.match((await sample.get("//bare")).text, /<p>bare<\/p>/);
});

sampleTest("handlers of a file route answer by method", async (sample) => {
  assert.equal((await sample.get("/api/rooms?q=1")).text, '{"rooms":["lobby"],"q":"1"}');
  const made = await sample.get("/api/rooms", {
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name":"x"}',
  });
  assert.deepEqual([made.status, made.text], [201, '{"made":"x"}']);
  // Not 405: with real Fresh, a file route answers for every method.
  assert.equal((await sample.get("/api/rooms", { method: "DELETE" })).status, 404);
  assert.equal((await sample.get("/api/echo/bob", { method: "PUT" })).text, "PUT bob tcp");
  const head = await sample.get("/rooms/x", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-type"), head.text], [200, HTML, ""]);
});

sampleTest("a form's page answers again with what was wrong", async (sample) => {
  assert.match((await sample.get("/forms")).text, /<p id="fault">none<\/p>/);
  const post = (name: string) =>
    sample.get("/forms", { method: "POST", body: new URLSearchParams({ name }) });
  const wrong = await post("");
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /<p id="fault">no name<\/p>/);
});

sampleTest("a redirect keeps its status, and cannot leave the site by slashes", async (sample) => {
  const moved = await sample.get("/rooms/x", {
    method: "POST",
    body: new URLSearchParams({ to: "y" }),
  });
  assert.deepEqual([moved.status, moved.headers.get("location")], [303, "/rooms/y"]);
  const form = { method: "POST", body: new URLSearchParams({ name: "x" }) };
  const away = await sample.get("/forms", form);
  assert.equal(away.headers.get("location"), "/elsewhere.example");
});

sampleTest("csrf() refuses what other sites send", async (sample) => {
  const post = async (headers: Record<string, string>) => {
    const init = { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: "{}" };
    return (await sample.get("/api/rooms", init)).status;
  };
  const evil = "https://evil.example";
  assert.equal(await post({ origin: evil, "sec-fetch-site": "cross-site" }), 403);
  assert.equal(await post({ origin: evil }), 403);
  assert.equal(await post({ origin: sample.url }), 201);
  assert.equal(await post({}), 201);
});

sampleTest(
  "routes of main.ts answer before the file routes, without their error page",
  async (sample) => {
    assert.equal((await sample.get("/inline/x")).text, "hi x");
    assert.equal(
      (await sample.get("/inline-json")).text,
      '{"route":"/inline-json","trail":["main"]}',
    );
    const teapot = await sample.get("/teapot");
    assert.deepEqual([teapot.status, teapot.text], [418, "short and stout"]);
    assert.equal((await sample.get("/inline/x", { method: "POST" })).status, 405);
    const options = await sample.get("/inline/x", { method: "OPTIONS" });
    assert.deepEqual([options.status, options.headers.get("allow")], [204, "GET"]);
  },
);

sampleTest("a group has middlewares and layouts of its own", async (sample) => {
  const blocked = await sample.get("/admin");
  assert.deepEqual([blocked.status, blocked.text], [401, "login first"]);
  assert.equal(blocked.headers.get("x-trail"), "main,root-a,root-b,admin");
  assert.match(
    (await sample.get("/admin?as=root")).text,
    /<body data-path="\/admin"><div class="admin"><b>root<\/b><h1>Admin<\/h1><\/div>/,
  );
});
