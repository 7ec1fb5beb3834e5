/** Search by the REST API: in what one may read, and in nothing else. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { sqld } from "../sqld.ts";
import { until } from "../temp.ts";
import { ask, guest } from "./ask.ts";

/** A server with a few people, and short ways to say and to find. */
async function stage(env: Record<string, string> = {}) {
  const server = await startServer({ env });
  const tokens = new Map<string, string>();
  const as = async (name: string) => {
    const token = tokens.get(name) ?? await guest(server, name);
    tokens.set(name, token);
    return token;
  };
  return {
    server,
    async say(name: string, roomId: number, text: string): Promise<void> {
      const token = await as(name);
      const path = `/api/rooms/${roomId}/messages`;
      const { status } = await ask(server, "POST", path, { token, body: { text } });
      assert.equal(status, 201);
    },
    async search(name: string, query: Record<string, string>) {
      const path = `/api/search?${new URLSearchParams(query)}`;
      return await ask(server, "GET", path, { token: await as(name) });
    },
    /** The texts that are found. */
    async found(name: string, q: string, query: Record<string, string> = {}): Promise<string[]> {
      const { status, body } = await this.search(name, { q, ...query });
      assert.equal(status, 200, JSON.stringify(body));
      return body.hits.map(({ message }: { message: { text: string } }) => message.text);
    },
    async post(name: string, method: string, path: string, body?: object) {
      const answer = await ask(server, method, path, { token: await as(name), body });
      assert.ok(answer.status < 300, JSON.stringify(answer.body));
      return answer.body;
    },
    async archived(): Promise<void> {
      await until(async () => {
        const text = await (await fetch(`${server.url}/metrics`)).text();
        return /^parley_archive_pending 0$/m.test(text);
      });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Everything is archived at once, or nothing within the test. */
const ARCHIVED = { FLUSH_MS: "1" };
const WAITING = { FLUSH_MS: "600000", FLUSH_MESSAGES: "100000" };

for (const [where, env] of Object.entries({ archived: ARCHIVED, "not archived yet": WAITING })) {
  Deno.test(`${where}: each finds what they may read, and nobody anything else`, async () => {
    await using here = await stage(env);
    const ready = () => env === ARCHIVED ? here.archived() : Promise.resolve();
    for (const name of ["ann", "ben", "cleo"]) await here.found(name, "hello");
    const secret = await here.post("ann", "POST", "/api/rooms", { name: "plans", private: true });
    await here.post("ann", "POST", `/api/rooms/${secret.id}/members`, { username: "ben" });
    const direct = await here.post("ann", "POST", "/api/direct", { username: "cleo" });
    const open = await here.post("ann", "POST", "/api/rooms", { name: "garden" });
    await here.say("ann", 1, "pear in the lobby");
    await here.say("ben", secret.id, "pear in secret");
    await here.say("ann", direct.id, "pear for cleo");
    await here.say("cleo", open.id, "Pear in the garden");
    await ready();

    const [lobby, hidden, two, garden] = [
      "pear in the lobby",
      "pear in secret",
      "pear for cleo",
      "Pear in the garden",
    ];
    assert.deepEqual(await here.found("ann", "pear"), [garden, two, hidden, lobby]);
    assert.deepEqual(await here.found("ben", "pear"), [garden, hidden, lobby]);
    assert.deepEqual(await here.found("cleo", "pear"), [garden, two, lobby]);
    assert.deepEqual(await here.found("dora", "pear"), [garden, lobby]);
    assert.deepEqual(await here.found("dora", "secret"), []);

    const { body: { hits } } = await here.search("cleo", { q: "for cleo" });
    assert.equal(hits[0].message.sender, "ann");
    assert.deepEqual([hits[0].room.id, hits[0].room.name], [direct.id, "ann"]);

    const only = { roomId: String(secret.id) };
    assert.deepEqual(await here.found("ben", "pear", only), [hidden]);
    const refused = await here.search("dora", { q: "pear", ...only });
    const missing = await here.search("dora", { q: "pear", roomId: "999" });
    assert.deepEqual([refused.status, missing.status], [404, 404]);
    assert.deepEqual(refused.body, missing.body, "one that is not theirs looks like none");

    await here.post("ann", "DELETE", `/api/rooms/${secret.id}/members?username=ben`);
    await here.post("ann", "DELETE", `/api/rooms/${open.id}/members?username=ben&ban=true`);
    assert.deepEqual(await here.found("ben", "pear"), [lobby], "not after they were put out");
    assert.equal((await here.search("ben", { q: "pear", ...only })).status, 404);
    const banned = await here.search("ben", { q: "pear", roomId: String(open.id) });
    assert.equal(banned.status, 403);

    await here.post("ann", "DELETE", `/api/rooms/${secret.id}`);
    await until(async () => (await here.found("ann", "secret")).length === 0);
  });

  Deno.test(`${where}: what was edited says the new words, what was deleted none`, async () => {
    await using here = await stage(env);
    const ready = () => env === ARCHIVED ? here.archived() : Promise.resolve();
    await here.say("ann", 1, "a pear");
    await here.say("ann", 1, "a plum");
    await ready();
    const { body: { hits } } = await here.search("ann", { q: "a" });
    const at = (index: number) => `/api/rooms/1/messages/${hits[index].message.id}`;
    await here.post("ann", "PATCH", at(1), { text: "an apple" });
    await here.post("ann", "PATCH", at(0), { text: "a cherry" });
    await here.post("ann", "DELETE", at(0));
    for (const when of ["at once", "archived"]) {
      assert.deepEqual(await here.found("ann", "a"), ["an apple"], when);
      assert.deepEqual(await here.found("ann", "apple"), ["an apple"], when);
      for (const gone of ["pear", "plum", "cherry"]) {
        assert.deepEqual(await here.found("ann", gone), [], `${gone}, ${when}`);
      }
      await ready();
    }
  });

  Deno.test(`${where}: page after page, each message once, to the end`, async () => {
    await using here = await stage(env);
    const { id } = await here.post("ann", "POST", "/api/rooms", { name: "other" });
    const texts = Array.from({ length: 23 }, (_, n) => `apple ${n}`);
    for (const [n, text] of texts.entries()) await here.say("ann", n % 3 ? 1 : id, text);
    if (env === ARCHIVED) await here.archived();
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const query = { q: "APPLE", limit: "5", ...(before === undefined ? {} : { before }) };
      const { body } = await here.search("ann", query);
      for (const { message } of body.hits) seen.push(message.text);
      before = body.next;
    } while (before !== undefined);
    assert.deepEqual(seen.toSorted(), texts.toSorted());
    assert.equal(seen.length, texts.length);
  });
}

Deno.test("an edit counts before it is archived, and its message after", async () => {
  await using here = await stage({ FLUSH_MS: "600000", FLUSH_MESSAGES: "2" });
  await here.say("ann", 1, "a pear");
  await here.say("ann", 1, "a plum");
  await here.archived();
  const { body: { hits } } = await here.search("ann", { q: "plum" });
  const at = `/api/rooms/1/messages/${hits[0].message.id}`;
  await here.post("ann", "PATCH", at, { text: "a cherry" });
  assert.deepEqual(await here.found("ann", "cherry"), ["a cherry"]);
  assert.deepEqual(await here.found("ann", "plum"), []);
  assert.deepEqual(await here.found("ann", "a"), ["a cherry", "a pear"]);
});

Deno.test("what can't be searched for is refused, with a sentence", async () => {
  await using here = await stage();
  for (
    const query of [
      { q: "" },
      { q: "  " },
      { q: "a".repeat(201) },
      { q: "a\0" },
      {
        q: "a",
        before: "x",
      },
      { q: "a", roomId: "-1" },
      { q: "a", limit: "101" },
      {},
    ] as Record<string, string>[]
  ) {
    const { status, body } = await here.search("ann", query);
    assert.equal(status, 422, JSON.stringify(query));
    assert.match(body.error.message, /\w.*\.$/);
  }
});

Deno.test("while the archive is away search says so, and comes back with it", async () => {
  await using database = await sqld();
  await database.start();
  await using here = await stage({ LIBSQL_URL: database.url, ...ARCHIVED });
  await here.say("ann", 1, "a plum");
  await here.archived();
  assert.deepEqual(await here.found("ann", "plum"), ["a plum"]);
  await database.kill();
  const { status, body } = await here.search("ann", { q: "plum" });
  assert.equal(status, 503);
  assert.deepEqual(body.error, {
    code: "overloaded",
    message: "Nothing can be searched right now. Try again soon.",
  });
  await database.start();
  assert.deepEqual(await here.found("ann", "plum"), ["a plum"]);
});
