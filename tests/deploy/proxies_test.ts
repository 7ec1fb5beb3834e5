/** Parley behind the proxies of `deploy/`: TLS ends there, and nothing is lost on the way. */
import assert from "node:assert/strict";
import { launch } from "../browser.ts";
import { openRoom, say, shows } from "../e2e/people.ts";
import { type Server, startServer } from "../parley.ts";
import { Wire } from "../wire.ts";
import { type Proxy, startCaddy, startNginx } from "./proxies.ts";

for (const [name, start] of Object.entries({ Caddy: startCaddy, nginx: startNginx })) {
  // The browser's pipes outlive a step; they end with the browser.
  const options = { sanitizeOps: false, sanitizeResources: false };
  Deno.test(`behind ${name}`, options, async (t) => {
    await using server = await startServer({ env: { TRUST_PROXY: "true" } });
    await using proxy = await start(server);
    if (proxy === undefined) return console.warn(`SKIPPED: ${name} is not installed here`);
    await behind(t, server, proxy);
  });
}

async function behind(t: Deno.TestContext, server: Server, proxy: Proxy): Promise<void> {
  const { url, ca } = proxy;
  using client = Deno.createHttpClient({ caCerts: [ca] });
  /** Asks through the proxy; the browser's types of `fetch` do not know of clients. */
  const ask = async (path: string, init: RequestInit = {}, from = client) => {
    const options: RequestInit & { client: Deno.HttpClient } = { ...init, client: from };
    const answer = await fetch(url + path, { redirect: "manual", ...options });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const json = { "content-type": "application/json" };
  const signIn = (username: string, origin: string) =>
    ask("/session", {
      method: "POST",
      body: new URLSearchParams({ username }),
      headers: { origin },
    });

  await t.step("plain HTTP leads to TLS", async () => {
    const answer = await fetch(`${proxy.plainUrl}/rooms/1`, { redirect: "manual" });
    await answer.body?.cancel();
    const location = new URL(answer.headers.get("location") ?? "");
    assert.ok([301, 308].includes(answer.status));
    assert.deepEqual([location.protocol, location.pathname], ["https:", "/rooms/1"]);
  });

  await t.step("HTTP/2 is spoken", async () => {
    using h2 = Deno.createHttpClient({ caCerts: [ca], http1: false, http2: true });
    assert.equal((await ask("/healthz", {}, h2)).status, 200);
  });

  let cookie = "";
  await t.step("a page of the site takes a name; the cookie is kept to TLS", async () => {
    // An old browser says no more than the origin.
    const { status, headers } = await signIn("ann", url);
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
    const set = headers.get("set-cookie") ?? "";
    assert.equal(status, 303);
    for (const part of ["HttpOnly", "SameSite=Lax", "Secure"]) assert.ok(set.includes(part), set);
    cookie = set.split(";")[0] ?? "";
  });

  await t.step("a page of another site does not", async () => {
    assert.equal((await signIn("eve", "https://evil.example")).status, 403);
    assert.equal((await signIn("eve", url.replace("localhost", "evil"))).status, 403);
  });

  await t.step("a WebSocket passes, the page's and no other's", async () => {
    using wire = await Wire.connect(proxy, { ca, headers: { cookie, origin: url } });
    wire.send({ type: "join", roomId: 1 });
    assert.equal((await wire.next("joined")).self.name, "ann");
    const ack = await wire.say("through the proxy");
    assert.equal(ack.type, "ack");
    const headers = { cookie, origin: "https://evil.example" };
    await assert.rejects(Wire.connect(proxy, { ca, headers }), /403/);
  });

  await t.step("people talk in a browser", async () => {
    await using browser = await launch();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.goto(url);
    await page.getByLabel("Your name").fill("ben");
    await page.getByRole("button", { name: "Start talking" }).click();
    const ben = { page, context };
    await openRoom(ben, "lobby");
    await say(ben, "hello");
    await shows(ben, ["through the proxy", "hello"]);
    assert.ok(sockets.length > 0 && sockets.every((socket) => socket.startsWith("wss:")));
    const [session] = await context.cookies();
    assert.equal(session?.secure, true);
  });

  await t.step("what is too large is refused by Parley, in its own words", async () => {
    const large = { method: "POST", body: "x".repeat(2 ** 21), headers: json };
    const { status, text } = await ask("/api/auth/guest", large);
    assert.equal(status, 413);
    assert.equal(JSON.parse(text).error.code, "invalid_message");
  });

  await t.step("what tells about the server is for the machine itself", async () => {
    for (const path of ["/metrics", "/readyz"]) {
      assert.equal((await ask(path)).status, 404);
      const inside = await fetch(server.url + path);
      await inside.body?.cancel();
      assert.equal(inside.status, 200);
    }
  });

  await t.step(
    "who guesses passwords is told by address, whatever they say of themselves",
    async () => {
      const guess = async (n: number, from?: Deno.HttpClient) => {
        const body = JSON.stringify({ username: `nobody ${n}`, password: "a wrong password" });
        const headers = { ...json, "x-forwarded-for": `203.0.113.${n}` };
        return (await ask("/api/auth/login", { method: "POST", body, headers }, from)).status;
      };
      const statuses = [];
      for (let n = 0; n < 32; n++) statuses.push(await guess(n));
      assert.equal(statuses[0], 401);
      assert.equal(statuses.at(-1), 429, "one address");
      using elsewhere = Deno.createHttpClient({ caCerts: [ca], localAddress: "127.0.0.2" });
      assert.equal(await guess(99, elsewhere), 401, "another address is not made to wait");
    },
  );
}
