/** Profiles: what people tell about themselves, and who sees it when. */
import assert from "node:assert/strict";
import { signIn } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Wire } from "../wire.ts";
import { ask, guest } from "./ask.ts";
import { twoColours } from "./pictures.ts";

Deno.test("a nickname, a status and tags are told, changed by the piece, and taken back", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const plain = (await ask(server, "GET", "/api/profile", { token })).body;
  const patch = async (body: object) =>
    (await ask(server, "PATCH", "/api/profile", { token, body })).body;
  const told = { nickname: "Annie  O.", statusText: "at lunch 👩‍💻", tags: ["#Deno", "ops", "OPS"] };
  assert.deepEqual(await patch(told), {
    ...plain,
    nickname: "Annie O.",
    statusText: "at lunch 👩‍💻",
    tags: ["deno", "ops"],
  });
  assert.equal((await patch({ statusText: "" })).statusText, undefined);
  const rest = (await ask(server, "GET", "/api/profile", { token })).body;
  assert.deepEqual(rest, { ...plain, nickname: "Annie O.", tags: ["deno", "ops"] });
  assert.deepEqual(await patch({ nickname: null, tags: [] }), plain);
  assert.deepEqual(await patch({ nickname: "ANN" }), plain, "a name of one's own is no nickname");
});

Deno.test("what can't be told says why", async () => {
  await using server = await startServer();
  const account = { username: "Grace", password: "a good password" };
  await ask(server, "POST", "/api/auth/register", { body: account });
  const token = await guest(server, "ann");
  const cases: [number, object, RegExp][] = [
    [422, { nickname: "x".repeat(33) }, /nickname is longer than 32/],
    [422, { nickname: "evil\u202Etxt" }, /invisible/],
    [422, { statusText: "left \u202E right" }, /invisible/],
    [422, { statusText: "x".repeat(101) }, /longer than 100/],
    [422, { tags: ["a,b"] }, /comma/],
    [422, { tags: [""] }, /empty/],
    [422, { tags: Array.from({ length: 9 }, (_, n) => `t${n}`) }, /more than 8/],
    [422, { nickname: 7 }, /nickname/],
    [422, { colour: "red" }, /neither/],
    [409, { nickname: "GRACE" }, /somebody else's name/],
  ];
  for (const [status, body, why] of cases) {
    const answer = await ask(server, "PATCH", "/api/profile", { token, body });
    assert.equal(answer.status, status, JSON.stringify(body));
    assert.match(answer.body.error.message, why);
  }
});

Deno.test("those in the same room see a change at once, each once, and newcomers see it too", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using phone = await ann.join(1);
  using _laptop = await ann.join(1);
  using bob = await Wire.join(server, "bob", { roomId: 1 });
  const told = { nickname: "Annie", statusText: "back at two", tags: ["deno"] };
  const { body } = await ask(server, "PATCH", "/api/profile", { token: ann.token, body: told });
  const { user } = await bob.next("user_updated");
  const { tags: _, ...shown } = body;
  assert.deepEqual(user, shown, "tags are for finding people, not for every frame");
  assert.deepEqual((await phone.next("user_updated")).user, shown);

  await phone.say("hello");
  const { message } = await bob.next("message");
  assert.equal(message.sender, "ann", "messages keep the name that is nobody else's");
  assert.equal("nickname" in message, false);
  assert.equal(bob.frames.filter(({ type }) => type === "user_updated").length, 1);

  using cat = await Wire.join(server, "cat", { roomId: 1 });
  const { members } = cat.frames.find(({ type }) => type === "joined") ?? {};
  assert.deepEqual(members.find(({ name }: { name: string }) => name === "ann"), shown);
  phone.send({ type: "typing", roomId: 1 });
  assert.deepEqual((await cat.next("typing")).user, { id: user.id, name: "ann" });
});

Deno.test("history names those who wrote it as they are shown now", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  {
    using wire = await ann.join(1);
    await wire.say("one");
    await wire.say("two");
  }
  using bob = await Wire.join(server, "bob", { roomId: 1 });
  await bob.say("three");
  const body = { nickname: "Annie" };
  const { token } = ann;
  const { body: { id } } = await ask(server, "PATCH", "/api/profile", { token, body });
  bob.send({ type: "history", roomId: 1 });
  const { messages, people } = await bob.next("history");
  assert.equal(messages.length, 3);
  assert.deepEqual(people, [{ id, name: "ann", nickname: "Annie" }], "once, and nobody else");
});

Deno.test("what people tell about themselves is not for strangers", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using _wire = await ann.join(1);
  const body = { nickname: "Annie", statusText: "secret" };
  await ask(server, "PATCH", "/api/profile", { token: ann.token, body });
  const { body: home } = await ask(server, "GET", "/api/rooms");
  assert.deepEqual(home.people.map(({ name }: { name: string }) => name), ["ann"]);
  assert.doesNotMatch(JSON.stringify(home), /Annie|secret/);
  assert.doesNotMatch(await (await fetch(server.url)).text(), /Annie|secret/);
});

Deno.test("who changes too often is told to wait", async () => {
  await using server = await startServer({ env: { RATE_MESSAGES_PER_SECOND: "1" } });
  const token = await guest(server, "ann");
  const change = (n: number) =>
    ask(server, "PATCH", "/api/profile", { token, body: { statusText: `${n}` } });
  const answers = await Promise.all([1, 2, 3, 4, 5].map(change));
  assert.equal(answers.filter(({ status }) => status === 429).length, 2);
});

Deno.test("a profile is there again after a restart, and when the journal was lost", async () => {
  await using dir = await tempDir();
  const account = { username: "ann", password: "a good password" };
  const login = async (server: Server) =>
    (await ask(server, "POST", "/api/auth/login", { body: account })).body.token;
  let told: { avatar: string };
  {
    await using server = await startServer({ dataDir: dir.path });
    const { token } = (await ask(server, "POST", "/api/auth/register", { body: account })).body;
    await ask(server, "PUT", "/api/profile/avatar", { token, body: await twoColours("png") });
    const body = { nickname: "Annie", tags: ["deno"] };
    told = (await ask(server, "PATCH", "/api/profile", { token, body })).body;
    assert.equal(await server.stop(), 0);
  }
  for (const lost of [false, true]) {
    for await (const { name } of Deno.readDir(dir.path)) {
      if (lost && name.startsWith("journal.kv")) await Deno.remove(`${dir.path}/${name}`);
    }
    await using server = await startServer({ dataDir: dir.path });
    const token = await login(server);
    const { body } = await ask(server, "GET", "/api/profile", { token });
    assert.deepEqual(body, { ...told, administrator: true });
    assert.equal((await fetch(server.url + told.avatar)).status, 200);
    const found = await ask(server, "GET", "/api/users?tag=deno&q=annie", { token });
    assert.deepEqual(found.body.users, [told]);
    assert.equal(await server.stop(), 0);
  }
});
