/** Private groups: known to their members alone, entered by invitation. */
import assert from "node:assert/strict";
import { Invites } from "@/lib/directory/invites.ts";
import { RoomDirectory } from "@/lib/directory/rooms.ts";
import { startServer } from "../parley.ts";
import { signIn } from "../browserless.ts";
import { tempDir, tempKv } from "../temp.ts";
import { ask, guest } from "./ask.ts";

Deno.test("a private group and a missing one look the same to outsiders", async () => {
  await using server = await startServer();
  const [ann, eve] = [await guest(server, "ann"), await signIn(server, "eve")];
  const made = await ask(server, "POST", "/api/rooms", {
    token: ann,
    body: { name: "secret", private: true },
  });
  const { id } = made.body;
  const expected = { id, kind: "group", name: "secret", private: true, role: "owner" };
  assert.deepEqual(made.body, expected);
  const token = eve.token;
  const answers = await Promise.all([id, 9999].flatMap((room) => [
    ask(server, "GET", `/api/rooms/${room}`, { token }),
    ask(server, "GET", `/api/rooms/${room}/messages`, { token }),
    ask(server, "POST", `/api/rooms/${room}/messages`, { token, body: { text: "x" } }),
    ask(server, "POST", `/api/rooms/${room}/invites`, { token, body: {} }),
  ]));
  assert.equal(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size, 1);
  using wire = await eve.connect();
  wire.send({ type: "join", roomId: id });
  assert.equal((await wire.next("error")).code, "not_found");
  assert.equal((await eve.get(`/rooms/${id}`)).status, 404);
  const home = await ask(server, "GET", "/api/rooms", { token });
  assert.equal(JSON.stringify(home.body).includes("secret"), false);
  const same = await ask(server, "POST", "/api/rooms", { token, body: { name: "secret" } });
  assert.equal(same.status, 201, "its name is free for a public group: nothing is given away");
});

Deno.test("an invitation lets in so many, and nobody twice", async () => {
  await using server = await startServer();
  const ann = await guest(server, "ann");
  const body = { name: "secret", private: true };
  const { body: { id } } = await ask(server, "POST", "/api/rooms", { token: ann, body });
  const invite = async (limits: object) =>
    (await ask(server, "POST", `/api/rooms/${id}/invites`, { token: ann, body: limits })).body.code;
  const accept = async (token: string, code: string) =>
    (await ask(server, "POST", `/api/invites/${code}`, { token })).status;

  const twice = await invite({ uses: 2 });
  const [ben, cat, dan] = await Promise.all(
    ["ben", "cat", "dan"].map((name) => guest(server, name)),
  );
  assert.equal(await accept(ben ?? "", twice), 200);
  assert.equal(await accept(ben ?? "", twice), 200, "who is in already uses nothing up");
  assert.equal(await accept(cat ?? "", twice), 200);
  assert.equal(await accept(dan ?? "", twice), 404, "it is used up");
});

Deno.test("who is removed does not come back by an invitation of their own", async () => {
  await using server = await startServer();
  const [ann, eve] = [await guest(server, "ann"), await guest(server, "eve")];
  const body = { name: "secret", private: true };
  const { body: { id } } = await ask(server, "POST", "/api/rooms", { token: ann, body });
  const at = `/api/rooms/${id}`;
  await ask(server, "POST", `${at}/members`, { token: ann, body: { username: "eve" } });
  const code = async (token: string) =>
    (await ask(server, "POST", `${at}/invites`, { token, body: {} })).body.code;
  const [hers, anns] = [await code(eve), await code(ann)];
  await ask(server, "DELETE", `${at}/members?username=eve`, { token: ann });
  assert.equal((await ask(server, "POST", `/api/invites/${hers}`, { token: eve })).status, 404);
  assert.equal((await ask(server, "POST", `/api/invites/${anns}`, { token: eve })).status, 200);
});

Deno.test("an invitation is over when its time is", async () => {
  await using store = await tempKv();
  const clock = { now: 0 };
  const rooms = new RoomDirectory(store.kv);
  const invites = new Invites(store.kv, rooms, () => clock.now);
  const group = await rooms.createGroup("secret", { id: "ann", name: "Ann" }, {
    isPrivate: true,
  });
  const { code } = await invites.create(group, { id: "ann", name: "Ann" }, 5, 60_000);
  clock.now = 59_999;
  assert.equal((await invites.room(code)).id, group.id);
  clock.now = 60_000;
  await assert.rejects(invites.accept(code, { id: "ben", name: "Ben" }), /not valid/);
});

Deno.test("two race for the last use of an invitation: exactly one gets in, 100 times", async () => {
  await using server = await startServer();
  const ann = await guest(server, "ann");
  const body = { name: "secret", private: true };
  const { body: { id } } = await ask(server, "POST", "/api/rooms", { token: ann, body });
  for (let n = 0; n < 100; n++) {
    const { body: { code } } = await ask(server, "POST", `/api/rooms/${id}/invites`, {
      token: ann,
      body: { uses: 1 },
    });
    const racers = await Promise.all([guest(server, `a${n}`), guest(server, `b${n}`)]);
    const answers = await Promise.all(
      racers.map((token) => ask(server, "POST", `/api/invites/${code}`, { token })),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 404]);
  }
});

Deno.test("accounts and their private groups are there again when the journal was lost", async () => {
  await using dir = await tempDir();
  let id: number;
  {
    await using server = await startServer({ dataDir: dir.path });
    const body = { username: "ann", password: "correct horse" };
    const ann = (await ask(server, "POST", "/api/auth/register", { body })).body.token;
    const group = { name: "secret", private: true };
    id = (await ask(server, "POST", "/api/rooms", { token: ann, body: group })).body.id;
    assert.equal(await server.stop(), 0);
  }
  for await (const { name } of Deno.readDir(dir.path)) {
    if (name.startsWith("journal.kv")) await Deno.remove(`${dir.path}/${name}`);
  }
  await using server = await startServer({ dataDir: dir.path });
  const body = { username: "ann", password: "correct horse" };
  const ann = (await ask(server, "POST", "/api/auth/login", { body })).body.token;
  assert.equal((await ask(server, "GET", `/api/rooms/${id}`, { token: ann })).status, 200);
  const eve = await guest(server, "eve");
  assert.equal((await ask(server, "GET", `/api/rooms/${id}`, { token: eve })).status, 404);
});
