/** Roles in groups: who keeps order there, and what that does to those who are connected. */
import assert from "node:assert/strict";
import { openDatabase } from "@/db/open.ts";
import { type Person, signIn } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";
import { type Answer, ask } from "./ask.ts";

/** A group of Ann's, and how she and others act on it. */
async function makeGroup(server: Server, ann: Person, options: { private?: boolean } = {}) {
  const body = { name: "plans", ...options };
  const { body: { id } } = await ask(server, "POST", "/api/rooms", { token: ann.token, body });
  const path = `/api/rooms/${id}`;
  return {
    id: id as number,
    act: (who: Person, method: string, rest = "", body?: object): Promise<Answer> =>
      ask(server, method, path + rest, { token: who.token, body }),
  };
}

async function people<Name extends string>(server: Server, ...names: Name[]) {
  const entries = await Promise.all(
    names.map(async (name) => [name, await signIn(server, name)] as const),
  );
  return Object.fromEntries(entries) as Record<Name, Person>;
}

async function refusal(wire: Wire, frame: Frame): Promise<string> {
  wire.send(frame);
  return (await wire.next("error")).code;
}

Deno.test("somebody removed hears nothing from that moment on, on any connection", async () => {
  await using server = await startServer();
  const { ann, ben } = await people(server, "ann", "ben");
  const group = await makeGroup(server, ann, { private: true });
  await group.act(ann, "POST", "/members", { username: "ben" });
  using voice = await ann.join(group.id);
  using phone = await ben.join(group.id);
  using laptop = await ben.join(group.id);
  await voice.say("before", undefined, group.id);

  assert.equal((await group.act(ann, "DELETE", "/members?username=ben")).status, 200);
  await voice.say("after", undefined, group.id);
  for (const wire of [phone, laptop]) {
    assert.equal((await wire.next("left")).reason, "removed");
    assert.equal(
      await refusal(wire, { type: "message", roomId: group.id, text: "x" }),
      "not_joined",
    );
    assert.equal(await refusal(wire, { type: "join", roomId: group.id }), "not_found");
    assert.deepEqual(wire.texts, ["before"]);
  }
  assert.equal((await voice.next("member_left")).user.name, "ben");
});

Deno.test("somebody banned stays out of a public group until let in again", async () => {
  await using server = await startServer();
  const { ann, ben } = await people(server, "ann", "ben");
  const group = await makeGroup(server, ann);
  using wire = await ben.join(group.id);
  await group.act(ann, "DELETE", "/members?username=ben&ban=true");
  assert.equal((await wire.next("left")).reason, "banned");
  assert.equal(await refusal(wire, { type: "join", roomId: group.id }), "forbidden");
  assert.equal((await group.act(ben, "POST", "/messages", { text: "x" })).status, 403);
  const { body: { groups } } = await ask(server, "GET", "/api/rooms", { token: ben.token });
  assert.deepEqual(groups.map(({ name }: { name: string }) => name), ["lobby"]);
  const { body: { banned } } = await group.act(ann, "GET", "/members");
  assert.deepEqual(banned.map(({ name }: { name: string }) => name), ["ben"]);

  await group.act(ann, "POST", "/members", { username: "ben" });
  using again = await ben.join(group.id);
  assert.equal(again.frames.at(-1)?.type, "joined");
});

Deno.test("nobody is put out by their equals, and a group always has an owner", async () => {
  await using server = await startServer();
  const { ann, ben, cat } = await people(server, "ann", "ben", "cat");
  const group = await makeGroup(server, ann, { private: true });
  for (const username of ["ben", "cat"]) {
    await group.act(ann, "POST", "/members", { username });
    await group.act(ann, "POST", "/members", { username, role: "admin" });
  }
  assert.equal((await group.act(ben, "DELETE", "/members?username=cat")).status, 403);
  assert.equal((await group.act(ben, "DELETE", "/members?username=ann")).status, 403);
  assert.equal(
    (await group.act(ben, "POST", "/members", { username: "ben", role: "owner" })).status,
    403,
  );
  const stay = await group.act(ann, "DELETE", "/members");
  assert.match(stay.body.error.message, /make somebody else the owner/);

  using wire = await ben.join(group.id);
  await group.act(ann, "POST", "/members", { username: "ben", role: "owner" });
  assert.equal((await wire.next("room_updated")).room.role, "owner");
  assert.equal((await group.act(ann, "DELETE", "/members")).status, 200, "now she may leave");
  assert.equal((await group.act(ann, "GET")).status, 404);
  const { body: { members } } = await group.act(cat, "GET", "/members");
  assert.deepEqual(
    members.map((member: { user: { name: string }; role: string }) => [
      member.user.name,
      member.role,
    ]),
    [["ben", "owner"], ["cat", "admin"]],
  );
});

Deno.test("nothing is given to a name that anybody could say", async () => {
  await using server = await startServer();
  const { ann } = await people(server, "ann");
  const group = await makeGroup(server, ann, { private: true });
  using visitor = await Wire.join(server, "visitor");
  const answer = await group.act(ann, "POST", "/members", { username: "visitor" });
  assert.equal(answer.status, 403);
  assert.equal(await refusal(visitor, { type: "join", roomId: group.id }), "not_found");
});

Deno.test("a new name and topic are seen at once; a name belongs to one public group", async () => {
  await using server = await startServer();
  const { ann } = await people(server, "ann");
  const group = await makeGroup(server, ann);
  using wire = await ann.join(group.id);
  await group.act(ann, "PATCH", "", { name: "ideas", topic: "What next?" });
  const { room } = await wire.next("room_updated");
  assert.deepEqual(room, { name: "ideas", topic: "What next?", archived: false });
  const other = await makeGroup(server, ann);
  assert.equal((await other.act(ann, "GET")).body.name, "plans", "the old name is free again");
  assert.equal(
    (await other.act(ann, "PATCH", "", { name: "IDEAS" })).body.error.code,
    "name_taken",
  );
});

Deno.test("an archived group can be read, and opened again", async () => {
  await using server = await startServer();
  const { ann } = await people(server, "ann");
  const group = await makeGroup(server, ann);
  using wire = await ann.join(group.id);
  const first = await wire.say("first", "t1", group.id);
  await group.act(ann, "PATCH", "", { archived: true });
  assert.equal((await wire.say("second", "t2", group.id)).code, "forbidden");
  assert.equal((await group.act(ann, "POST", "/messages", { text: "x" })).status, 403);
  const twin = await wire.say("first", "t1", group.id);
  assert.equal(twin.seq, first.seq, "what was stored before is acknowledged all the same");
  assert.equal((await group.act(ann, "GET", "/messages")).body.messages.length, 1);
  await group.act(ann, "PATCH", "", { archived: false });
  assert.equal((await wire.say("second", "t2", group.id)).seq, 2);
});

Deno.test("a deleted group is gone everywhere, with all that was said in it", async () => {
  await using dir = await tempDir();
  await using server = await startServer({ dataDir: dir.path, env: { FLUSH_MESSAGES: "1" } });
  const { ann, ben } = await people(server, "ann", "ben");
  for (let round = 0; round < 8; round++) {
    const group = await makeGroup(server, ann);
    using wire = await ben.join(group.id);
    for (let n = 0; n < 20; n++) await wire.say(`word ${n}`, undefined, group.id);
    // Some are on their way at that very moment, to the journal and to libSQL.
    const sent = Array.from({ length: 30 }, (_, n) => wire.say(`late ${n}`, undefined, group.id));
    assert.equal((await group.act(ann, "DELETE")).status, 200);
    assert.equal((await wire.next("left")).reason, "deleted");
    for (const { type, code } of await Promise.all(sent)) {
      assert.ok(type === "ack" || code === "not_found" || code === "not_joined", code);
    }
    assert.equal((await group.act(ann, "GET")).status, 404);
    assert.equal(await refusal(wire, { type: "join", roomId: group.id }), "not_found");
  }
  using lobby = await ben.join(1);
  await lobby.say("life goes on");
  assert.equal(await server.stop(), 0);

  const database = await openDatabase({ url: `file:${dir.path}/archive.db` });
  const rows = await database.read("SELECT frame FROM events");
  assert.deepEqual(rows.map(({ frame }) => JSON.parse(String(frame)).message.text), [
    "life goes on",
  ]);
  await database.close();
  using kv = await Deno.openKv(`${dir.path}/journal.kv`);
  const entries = await Array.fromAsync(kv.list({ prefix: ["log"] }));
  assert.deepEqual(entries.map(({ key }) => key[1]), [1]);
});

Deno.test("what is unread, and what names one, is counted until it is read on any device", async () => {
  await using server = await startServer();
  const { ann, ben } = await people(server, "ann", "ben");
  const group = await makeGroup(server, ann, { private: true });
  await group.act(ann, "POST", "/messages", { text: "before Ben came" });
  await group.act(ann, "POST", "/members", { username: "ben" });
  const waiting = async () => {
    const { body: { groups } } = await ask(server, "GET", "/api/rooms", { token: ben.token });
    const room = groups.find(({ id }: { id: number }) => id === group.id);
    return [room.unread, room.mentions, room.notify];
  };
  assert.deepEqual(await waiting(), [0, 0, "all"]);
  for (const text of ["hello", "@ben, look", "write to x@benjamin.example"]) {
    await group.act(ann, "POST", "/messages", { text });
  }
  await group.act(ben, "POST", "/messages", { text: "my own" });
  assert.deepEqual(await waiting(), [3, 1, "all"]);

  using wire = await ben.join(group.id);
  await group.act(ben, "PATCH", "/me", { readSeq: 3, notify: "mentions" });
  assert.equal((await wire.next("read")).seq, 3);
  assert.deepEqual(await waiting(), [1, 0, "mentions"]);
  await group.act(ben, "PATCH", "/me", { readSeq: 2 });
  assert.deepEqual(await waiting(), [1, 0, "mentions"], "a mark only ever moves forward");
});

Deno.test("one's own rooms are those where one has been", async () => {
  await using server = await startServer();
  const { ann, ben } = await people(server, "ann", "ben");
  const group = await makeGroup(server, ann);
  const names = async (query: string) => {
    const { body } = await ask(server, "GET", `/api/rooms${query}`, { token: ben.token });
    return body.groups.map(({ name }: { name: string }) => name);
  };
  assert.deepEqual(await names(""), ["lobby", "plans"]);
  assert.deepEqual(await names("?own=true"), ["lobby"]);
  using wire = await ben.join(group.id);
  assert.deepEqual(await names("?own=true"), ["lobby", "plans"]);
  await group.act(ben, "DELETE", "/members");
  assert.equal((await wire.next("left")).reason, "left");
  assert.deepEqual(await names("?own=true"), ["lobby"]);
  await group.act(ann, "PATCH", "", { name: "ideas" });
  assert.deepEqual(await names(""), ["ideas", "lobby"]);
});

Deno.test("two start the same conversation at the same moment: it is one, 100 times", async () => {
  await using server = await startServer();
  const { ann } = await people(server, "ann");
  for (let n = 0; n < 100; n++) {
    const other = await signIn(server, `other ${n}`);
    const [a, b] = await Promise.all([
      ask(server, "POST", "/api/direct", { token: ann.token, body: { username: `other ${n}` } }),
      ask(server, "POST", "/api/direct", { token: other.token, body: { username: "ann" } }),
    ]);
    assert.equal(a.status, 200);
    assert.equal(a.body.id, b.body.id);
  }
});

Deno.test("two take the same name at the same moment: exactly one gets it, 100 times", async () => {
  await using server = await startServer();
  for (let n = 0; n < 100; n++) {
    const body = { username: `name ${n}` };
    const answers = await Promise.all(
      [1, 2].map(() => ask(server, "POST", "/api/auth/guest", { body })),
    );
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 409]);
  }
});
