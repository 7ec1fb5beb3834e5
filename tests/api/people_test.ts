/** Finding people: by the words of their names, by nickname, by tag. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { People } from "@/lib/directory/people.ts";
import { wordsOf } from "@/lib/protocol/words.ts";
import { Profiles } from "@/lib/directory/profiles.ts";
import { type UserRecord, Users } from "@/lib/directory/users.ts";
import { startServer } from "../parley.ts";
import { tempKv } from "../temp.ts";
import { ask, guest } from "./ask.ts";

/** Users on a store of their own; everybody who is named here is a guest with a session. */
async function withPeople() {
  const store = await tempKv();
  const holders = { isOnline: () => false, hasSession: () => Promise.resolve(true) };
  const users = new Users(store.kv, holders);
  const audience = { changed: () => {} };
  const limit = { take: () => 0 };
  const profiles = new Profiles({ kv: store.kv, users, uploads: undefined, limit, audience });
  return {
    kv: store.kv,
    users,
    profiles,
    people: new People(store.kv, users),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const names = (users: readonly { name: string }[]) => users.map(({ name }) => name);

Deno.test("people are found by the beginnings of words of name and nickname", async () => {
  await using here = await withPeople();
  const ann = await here.users.claim("Ann Lee", () => {});
  for (const name of ["Ben", "José Ann-Marie", "★"]) await here.users.claim(name, () => {});
  await here.users.visitor("Ann Visitor");
  await here.users.bot("Ann's alerts", ann);
  const ben = await here.users.named("ben") as UserRecord;
  await here.profiles.change(ben, { nickname: "Benny Annable" });
  const find = async (query: string) =>
    names((await here.people.search({ query, limit: 50 })).items).toSorted();
  assert.deepEqual(await find("ann"), ["Ann Lee", "Ben", "José Ann-Marie"]);
  assert.deepEqual(await find("LE an"), ["Ann Lee"], "each word, in any order");
  assert.deepEqual(await find("jose"), ["José Ann-Marie"], "accents don't matter");
  assert.deepEqual(await find("ben"), ["Ben"], "by name and nickname, once");
  assert.deepEqual(await find("★"), ["★"]);
  assert.deepEqual(await find("nn"), []);
  assert.deepEqual(await find(""), ["Ann Lee", "Ben", "José Ann-Marie", "★"]);
  await here.profiles.change(ben, { nickname: null });
  assert.deepEqual(await find("annable"), []);
});

Deno.test("whatever people are called, pages show each of them once", async () => {
  const name = fc.array(fc.constantFrom("ab", "abc", "b", "ba", "c"), {
    minLength: 1,
    maxLength: 3,
  }).map((words) => words.join(" "));
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { minLength: 1, maxLength: 12 }),
      fc.constantFrom("", "a", "ab", "b", "b a"),
      fc.integer({ min: 1, max: 5 }),
      async (called, query, limit) => {
        await using here = await withPeople();
        for (const each of called) await here.users.claim(each, () => {});
        const found: string[] = [];
        for (let cursor: string | undefined, more = true; more;) {
          const { items, next } = await here.people.search({ query, cursor, limit });
          assert.ok(items.length <= limit);
          found.push(...names(items));
          cursor = next;
          more = next !== undefined;
        }
        const expected = called.filter((each) =>
          wordsOf(query).every((word) => wordsOf(each).some((own) => own.startsWith(word)))
        );
        assert.deepEqual(found.toSorted(), expected.toSorted());
      },
    ),
    { seed: 7, numRuns: 30 },
  );
});

Deno.test("the index is what it would be if it were made anew, whatever people change", async () => {
  const change = fc.record({
    nickname: fc.constantFrom(null, "ann", "Ann Lee", "lee", "★"),
    tags: fc.subarray(["x", "y", "z"]),
  }, { requiredKeys: [] });
  const entries = async (kv: Deno.Kv) => {
    const found = [];
    for (const kind of ["person_word", "person_nickname", "person_tag"]) {
      for await (const { key } of kv.list({ prefix: [kind] })) found.push(key);
    }
    return found;
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(2), change), { maxLength: 12 }),
      async (changes) => {
        await using here = await withPeople();
        const names = ["ann lee", "ben", "lee"];
        const people = await Promise.all(names.map((name) => here.users.claim(name, () => {})));
        for (const [who, what] of changes) {
          await here.profiles.change(people[who] as UserRecord, what);
        }
        const kept = await entries(here.kv);
        for (const key of kept) await here.kv.delete(key);
        await here.people.ensureIndex();
        assert.deepEqual(await entries(here.kv), kept);
      },
    ),
    { seed: 11, numRuns: 30 },
  );
});

Deno.test("who was there before the index was, is found; who lost their name is not", async () => {
  await using here = await withPeople();
  const records = [
    { id: "0197-a", name: "Old Hand", kind: "account" },
    { id: "0197-b", name: "Passer-by", kind: "visitor" },
    { id: "0197-c", name: "old hand", kind: "guest" },
  ];
  for (const record of records) await here.kv.set(["user", record.id], { ...record, createdAt: 1 });
  await here.kv.set(["name", "old hand"], "0197-a").then(() =>
    here.kv.set(["name", "passer-by"], "0197-b")
  );
  await here.people.ensureIndex();
  const { items } = await here.people.search({ limit: 50 });
  assert.deepEqual(items, [{ id: "0197-a", name: "Old Hand" }]);
});

Deno.test("nicknames and tags are listed page by page, with who has them", async () => {
  await using server = await startServer();
  const tokens: string[] = [];
  for (const [n, name] of ["ann", "ben", "cat"].entries()) {
    const token = await guest(server, name);
    tokens.push(token);
    const body = { nickname: `nick ${3 - n}`, tags: ["all", `only ${name}`] };
    await ask(server, "PATCH", "/api/profile", { token, body });
  }
  const [token] = tokens;
  const get = async (path: string) => (await ask(server, "GET", path, { token })).body;
  const first = await get("/api/nicknames?limit=2");
  assert.deepEqual(names(first.nicknames), ["cat", "ben"]);
  const cursor = encodeURIComponent(first.next);
  const second = await get(`/api/nicknames?limit=2&cursor=${cursor}`);
  assert.deepEqual([names(second.nicknames), second.next], [["ann"], undefined]);

  const tags = await get("/api/tags?limit=2");
  assert.deepEqual(tags, {
    tags: [{ tag: "all", count: 3 }, { tag: "only ann", count: 1 }],
    next: "only ann",
  });
  const more = await get("/api/tags?cursor=only%20ann");
  assert.deepEqual(more.tags.map(({ tag }: { tag: string }) => tag), ["only ben", "only cat"]);
  const all = await get("/api/users?tag=ALL&limit=2");
  const rest = await get(`/api/users?tag=all&cursor=${encodeURIComponent(all.next)}`);
  assert.deepEqual(names([...all.users, ...rest.users]).toSorted(), ["ann", "ben", "cat"]);
  assert.deepEqual(names((await get("/api/users?tag=all&q=ben")).users), ["ben"]);

  for (const bad of ["\u{10ffff}", "guess", `${"0".repeat(36)} zed`, ""]) {
    const path = `/api/users?q=ann&cursor=${encodeURIComponent(bad)}`;
    assert.equal((await ask(server, "GET", path, { token })).status, 422, bad);
  }
  assert.equal((await ask(server, "GET", "/api/tags?cursor=%F4%8F%BF%BF", { token })).status, 422);
});
