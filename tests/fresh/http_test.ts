/**
 * What the sample app answers over HTTP and WebSocket. These are checks that real Fresh 2.3.3
 * passes as well; `lib/fresh/README.md` names those that it answers otherwise.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SAMPLE, type Sample, serveSample } from "./sample.ts";

const HTML = "text/html; charset=utf-8";
const IMMUTABLE = "public, max-age=31536000, immutable";
const JSON_TYPE = { "content-type": "application/json" };

/** A test of the served sample app. */
function sampleTest(name: string, check: (sample: Sample) => Promise<void>): void {
  Deno.test(name, async () => {
    await using sample = await serveSample();
    await check(sample);
  });
}

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
    const { status, text } = await sample.get(`/bad_props?kind=${kind}`);
    assert.equal(status, 500);
    assert.match(text, message);
  });
}

sampleTest("an image's address has the build's key, and may then be kept", async (sample) => {
  const { text } = await sample.get("/");
  const address = text.match(/<img src="(\/logo\.svg\?__frsh_c=[0-9a-f]+)"/)?.[1];
  assert.ok(address);
  const { headers } = await sample.get(address);
  assert.equal(headers.get("cache-control"), IMMUTABLE);
  assert.equal(headers.get("content-type"), "image/svg+xml");
  const stale = await sample.get("/logo.svg?__frsh_c=stale");
  assert.deepEqual([stale.status, stale.headers.get("location")], [307, "/logo.svg"]);
});

sampleTest("a static file is checked again each time, by its ETag", async (sample) => {
  const { status, headers } = await sample.get("/styles.css");
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-cache, no-store, max-age=0, must-revalidate");
  const etag = headers.get("etag") ?? "";
  assert.match(etag, /^W\/"[0-9a-f]{64}"$/);
  for (const known of [etag, `"other", ${etag}`, "*"]) {
    const again = await sample.get("/styles.css", { headers: { "if-none-match": known } });
    assert.equal(again.status, 304);
  }
  const other = await sample.get("/styles.css", { headers: { "if-none-match": '"other"' } });
  assert.equal(other.status, 200);
});

sampleTest(
  "HEAD of a static file has its length and no content; POST is refused",
  async (sample) => {
    const { length } = await readFile(join(SAMPLE, "static/styles.css"));
    const { status, headers, text } = await sample.get("/styles.css", { method: "HEAD" });
    assert.deepEqual([status, headers.get("content-length"), text], [200, String(length), ""]);
    assert.equal((await sample.get("/styles.css", { method: "POST" })).status, 405);
  },
);

sampleTest(
  "a static file may have any name, and nothing outside of static/ is one",
  async (sample) => {
    const { status, text } = await sample.get("/docs/a%20b%2Cc.txt");
    assert.deepEqual([status, text], [200, "hello, file\n"]);
    for (
      const path of [
        "/../main.ts",
        "/%2e%2e/main.ts",
        "/..%2fmain.ts",
        "/%2e%2e%2fmain.ts",
        "/docs/..%2f..%2fmain.ts",
        "/%E0%A4%A.txt",
      ]
    ) {
      const answer = await sample.get(path);
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(answer.text, /staticFiles/);
    }
    assert.equal((await sample.get("/favicon.ico")).status, 404);
  },
);

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
  const boom = await sample.get("/boom");
  assert.equal(boom.status, 500);
  assert.match(boom.text, /failed: 500 kaput/);
});

sampleTest("_error.tsx answers 404 for what is not there", async (sample) => {
  for (const path of ["/nope", "/rooms/none", "/rooms/lobby/"]) {
    const { status, text } = await sample.get(path);
    assert.equal(status, 404, path);
    assert.match(text, /class="layout".*failed: 404/);
  }
});

sampleTest("what middlewares do after next() is not done when something throws", async (sample) => {
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
  assert.match(String((await sample.get("/api/rooms", { method: "DELETE" })).status), /^40[45]$/);
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

sampleTest("app.ws() opens WebSockets, and answers 400 to anything else", async (sample) => {
  const plain = await sample.get("/ws/echo");
  assert.deepEqual([plain.status, plain.text], [400, "Expected a WebSocket upgrade request"]);
  const socket = await open(sample, "/ws/echo");
  assert.equal(await socket.next(), "hello");
  socket.ws.send("x");
  assert.equal(await socket.next(), "echo:x");
  await socket.close();
});

sampleTest("ctx.upgrade() gives a route the socket", async (sample) => {
  const [a, b] = await Promise.all([open(sample, "/api/live"), open(sample, "/api/live")]);
  // The server may open the second socket a moment after the browser's side is open.
  const seen = b.next();
  const again = setInterval(() => a.ws.send("yo"), 10);
  assert.equal(await seen, "yo");
  clearInterval(again);
  await Promise.all([a.close(), b.close()]);
});

interface Socket {
  readonly ws: WebSocket;
  /** The next message. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

async function open(sample: Sample, path: string): Promise<Socket> {
  const ws = new WebSocket(sample.url.replace(/^http/, "ws") + path);
  const waiting: ((message: unknown) => void)[] = [];
  const arrived: unknown[] = [];
  ws.onmessage = ({ data }) => {
    const take = waiting.shift();
    if (take === undefined) arrived.push(data);
    else take(data);
  };
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  ws.onopen = () => opened.resolve();
  ws.onerror = () => opened.reject(new Error(`no WebSocket at ${path}`));
  ws.onclose = () => closed.resolve();
  await opened.promise;
  return {
    ws,
    next: () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise((resolve) => waiting.push(resolve)),
    async close() {
      ws.close();
      await closed.promise;
    },
  };
}
