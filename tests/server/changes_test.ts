/** Edits, deletes and reactions: events of the same log, with the same promises. */
import assert from "node:assert/strict";
import { openDatabase } from "@/db/open.ts";
import { ask, guest } from "../api/ask.ts";
import { type Server, startServer } from "../parley.ts";
import { sqld } from "../sqld.ts";
import { tempDir, until } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";

const SECRET = "the password is tangerine";

/** Sends a command and gives the answer to it. */
async function command(wire: Wire, frame: Frame, txnId: string = crypto.randomUUID()) {
  wire.send({ roomId: 1, txnId, ...frame });
  return await wire.where((answer) =>
    answer.txnId === txnId && (answer.type === "ack" || answer.type === "error")
  );
}

async function historyOf(wire: Wire, roomId = 1): Promise<Frame[]> {
  wire.send({ type: "history", roomId, limit: 100 });
  return (await wire.next("history")).messages;
}

/** Each event's number and kind, as they came. */
function log(wire: Wire): string[] {
  return wire.frames.flatMap((frame) => {
    const seq = frame.seq ?? frame.message?.seq;
    const durable = ["message", "message_edited", "message_deleted", "reaction"];
    return durable.includes(frame.type) ? [`${seq} ${frame.type}`] : [];
  });
}

/** All events that a stopped server's stores hold, as text. */
async function stored(dir: string): Promise<string> {
  const texts: string[] = [];
  using kv = await Deno.openKv(`${dir}/journal.kv`);
  for await (const { value } of kv.list({ prefix: ["log"] })) {
    texts.push(new TextDecoder().decode(value as Uint8Array));
  }
  const database = await openDatabase({ url: `file:${dir}/archive.db` });
  const rows = await database.read("SELECT frame FROM events");
  texts.push(...rows.map(({ frame }) => String(frame)));
  await database.close();
  return texts.join();
}

Deno.test("all hear of a change, by its own number; history shows what it came to", async () => {
  await using server = await startServer();
  using ann = await Wire.join(server, "ann");
  using bob = await Wire.join(server, "bob");
  const { id } = await ann.say("helo");
  const edited = await command(ann, { type: "edit", id, text: "hello" });
  assert.deepEqual([edited.type, edited.id, edited.seq], ["ack", id, 2]);
  await command(bob, { type: "react", id, emoji: "👋" });
  await command(ann, { type: "react", id, emoji: "👋" });
  await bob.until(() => log(bob).length === 4);
  assert.deepEqual(log(bob), ["1 message", "2 message_edited", "3 reaction", "4 reaction"]);
  const frame = bob.frames.find(({ type }) => type === "message_edited");
  assert.deepEqual([frame?.id, frame?.text, frame?.sender], [id, "hello", "ann"]);

  const [message] = await historyOf(bob);
  assert.equal(message?.text, "hello");
  assert.equal(message?.editedAt, frame?.ts);
  const [{ emoji, users }] = message?.reactions;
  assert.equal(emoji, "👋");
  assert.deepEqual(users.map(({ name }: Frame) => name), ["ann", "bob"]);

  await command(bob, { type: "react", id, emoji: "👋", remove: true });
  await command(ann, { type: "delete", id });
  const [gone] = await historyOf(bob);
  const { text, deleted, seq, reactions, editedAt } = gone ?? {};
  assert.deepEqual([text, deleted, seq, reactions, editedAt], ["", true, 1, undefined, undefined]);
  using carl = await Wire.join(server, "carl");
  assert.deepEqual(carl.frames.find(({ type }) => type === "joined")?.history, [gone]);
});

Deno.test("what may not be done is refused, and nobody hears of it", async () => {
  await using server = await startServer();
  using ann = await Wire.join(server, "ann");
  using bob = await Wire.join(server, "bob");
  const { id } = await ann.say("mine");
  const nobodys = "01890000-0000-7000-8000-000000000000";
  const refused = async (wire: Wire, frame: Frame) => (await command(wire, frame)).code;
  assert.equal(await refused(bob, { type: "edit", id, text: "yours" }), "forbidden");
  assert.equal(await refused(bob, { type: "delete", id }), "forbidden");
  assert.equal(await refused(ann, { type: "edit", id: nobodys, text: "x" }), "not_found");
  assert.equal(await refused(ann, { type: "react", id: nobodys, emoji: "👍" }), "not_found");
  for (const emoji of ["", "a", "1", "👍👍", "👍 ", "<b>", "❤", "🏽x"]) {
    assert.equal(await refused(ann, { type: "react", id, emoji }), "invalid_message", emoji);
  }
  assert.equal(await refused(ann, { type: "edit", id, text: " " }), "invalid_message");
  assert.equal(await refused(ann, { type: "edit", id: "x", text: "x" }), "invalid_message");
  assert.equal(await refused(ann, { type: "delete", id, roomId: 2 }), "not_joined");
  await command(ann, { type: "delete", id });
  assert.equal(await refused(ann, { type: "edit", id, text: "again" }), "not_found");
  assert.equal(await refused(bob, { type: "react", id, emoji: "👍" }), "not_found");
  await ann.say("after all that");
  await bob.until(() => log(bob).length === 3);
  assert.deepEqual(log(bob), ["1 message", "2 message_deleted", "3 message"]);
});

Deno.test("what is so already is acknowledged, and makes no event", async () => {
  await using server = await startServer();
  using ann = await Wire.join(server, "ann");
  const { id } = await ann.say("hello");
  await command(ann, { type: "react", id, emoji: "👍" });
  for (
    const frame of [
      { type: "react", id, emoji: "👍" },
      { type: "react", id, emoji: "👎", remove: true },
      { type: "edit", id, text: "hello" },
    ]
  ) {
    const { type, seq } = await command(ann, frame);
    assert.deepEqual([type, seq], ["ack", 1], "the message's own place");
  }
  await command(ann, { type: "delete", id });
  assert.equal((await command(ann, { type: "delete", id })).type, "ack");
  assert.equal((await ann.say("next")).seq, 4);
});

Deno.test("at most twenty different emoji stand on a message", async () => {
  await using server = await startServer();
  using ann = await Wire.join(server, "ann");
  const { id } = await ann.say("popular");
  const faces = Array.from({ length: 21 }, (_, n) => String.fromCodePoint(0x1f600 + n));
  const answers = await Promise.all(
    faces.map((emoji) => command(ann, { type: "react", id, emoji })),
  );
  assert.deepEqual(answers.map(({ type }) => type), [...Array(20).fill("ack"), "error"]);
  assert.equal(answers[20]?.code, "forbidden");
});

Deno.test("the same txnId again is the same change, also after a kill -9 and from the archive", async () => {
  await using dir = await tempDir();
  const txns = ["opaque", "0192f0c1-7e1e-7c3e-8e1e-000000000001"];
  const first: Frame[] = [];
  let id = "";
  {
    await using server = await startServer({ dataDir: dir.path });
    using ann = await Wire.join(server, "ann");
    ({ id } = await ann.say("one"));
    for (const txnId of txns) {
      first.push(await command(ann, { type: "edit", id, text: txnId }, txnId));
    }
    await server.kill();
  }
  await using server = await startServer({
    dataDir: dir.path,
    env: { RECENT_EVENTS: "1", FLUSH_MESSAGES: "1" },
  });
  using ann = await Wire.join(server, "ann");
  for (let round = 0; round < 2; round++) {
    for (const [n, txnId] of txns.entries()) {
      assert.deepEqual(await command(ann, { type: "edit", id, text: "other" }, txnId), first[n]);
    }
    // Now they are behind the window.
    for (let n = 0; n < 5; n++) await ann.say(`more ${round} ${n}`);
    await archived(server);
  }
});

Deno.test("old messages, in libSQL alone, are changed like new ones", async () => {
  await using server = await startServer({ env: { RECENT_EVENTS: "2", FLUSH_MESSAGES: "1" } });
  using ann = await Wire.join(server, "ann");
  const { id } = await ann.say("old");
  for (let n = 0; n < 10; n++) await ann.say(`text ${n}`);
  await archived(server);
  assert.equal((await command(ann, { type: "react", id, emoji: "👍" })).seq, 12);
  assert.equal((await command(ann, { type: "react", id, emoji: "👍" })).seq, 1, "it is there");
  assert.equal((await command(ann, { type: "edit", id, text: "renewed" })).seq, 13);
  for (let n = 0; n < 2; n++) {
    const [message] = await historyOf(ann);
    assert.deepEqual([message?.text, message?.reactions?.length], ["renewed", 1]);
    await archived(server);
    for (let m = 0; m < 5; m++) await ann.say(`text ${n} ${m}`);
  }
  assert.equal((await command(ann, { type: "delete", id })).type, "ack");
  const [message] = await historyOf(ann);
  assert.deepEqual([message?.text, message?.deleted], ["", true]);
  assert.equal((await command(ann, { type: "edit", id, text: "x" })).code, "not_found");
});

Deno.test("a deleted text is nowhere: not for who resumes, not in the stores", async (t) => {
  await using dir = await tempDir();
  const env = { RECENT_EVENTS: "4", FLUSH_MESSAGES: "1", FLUSH_MS: "50" };
  let epoch = "";
  const ids: string[] = [];
  {
    await using server = await startServer({ dataDir: dir.path, env });
    using ann = await Wire.join(server, "ann");
    epoch = ann.frames.find(({ type }) => type === "joined")?.epoch;
    // One that is archived long ago when it is deleted, and one that is in the window.
    for (const _ of [1, 2]) {
      const { id } = await ann.say(SECRET);
      await command(ann, { type: "edit", id, text: `${SECRET}, now` });
      ids.push(id);
      for (let n = 0; n < 10; n++) await ann.say(`text ${n}`);
      await archived(server);
    }
    const { id } = await ann.say(SECRET);
    ids.push(id);
    for (const id of ids) await command(ann, { type: "delete", id });
    await t.step("in the very moment of the ack", async () => {
      using bob = await Wire.join(server, "bob", { after: 0, epoch });
      await bob.until(() => log(bob).length === 28);
      assert.ok(!JSON.stringify(bob.frames).includes("tangerine"));
      assert.ok(!JSON.stringify(await historyOf(bob)).includes("tangerine"));
    });
    await archived(server);
    assert.equal(await server.stop(), 0);
  }
  await using server = await startServer({ dataDir: dir.path, env });
  await t.step("after a restart", async () => {
    using bob = await Wire.join(server, "bob", { after: 0, epoch });
    await bob.until(() => log(bob).length === 28);
    const seqs = log(bob).map((line) => Number(line.split(" ")[0]));
    assert.deepEqual(seqs, Array.from({ length: 28 }, (_, n) => n + 1), "no number is missing");
    assert.ok(!JSON.stringify(bob.frames).includes("tangerine"));
  });
  await server.stop();
  assert.ok(!(await stored(dir.path)).includes("tangerine"));
});

Deno.test("killed between a delete and all that follows from it, the text stays gone", async () => {
  await using dir = await tempDir();
  const url = "http://127.0.0.1:9";
  {
    // libSQL is away: the journal holds everything.
    await using server = await startServer({ dataDir: dir.path, env: { LIBSQL_URL: url } });
    using ann = await Wire.join(server, "ann");
    const { id } = await ann.say(SECRET);
    await command(ann, { type: "edit", id, text: `${SECRET}!` });
    await command(ann, { type: "delete", id });
    await server.kill();
  }
  await using server = await startServer({ dataDir: dir.path });
  using bob = await Wire.join(server, "bob");
  await archived(server);
  const [message] = await historyOf(bob);
  assert.deepEqual([message?.text, message?.deleted], ["", true]);
  bob.send({ type: "join", roomId: 1, after: 0 });
  await bob.until(() => log(bob).length === 3);
  assert.ok(!JSON.stringify(bob.frames).includes("tangerine"));
  await server.stop();
  const left = await stored(dir.path);
  assert.match(left, /message_deleted.*message_deleted/s, "it is in both stores");
  assert.ok(!left.includes("tangerine"));
});

Deno.test("a real libSQL server keeps changes, and takes deleted texts out", async () => {
  await using library = await sqld();
  await library.start();
  const env = { LIBSQL_URL: library.url, RECENT_EVENTS: "1", FLUSH_MESSAGES: "1" };
  await using server = await startServer({ env });
  using ann = await Wire.join(server, "ann");
  const { id } = await ann.say(SECRET);
  const kept = await ann.say("kept");
  await command(ann, { type: "react", id: kept.id, emoji: "🎉" });
  // So many let the journal, and the window with it, go on at once.
  for (let n = 0; n < 97; n++) await ann.say(`text ${n}`);
  await archived(server);
  await command(ann, { type: "delete", id });
  await ann.say("last");
  await archived(server);
  const messages = await historyOf(ann);
  assert.deepEqual([messages[0]?.text, messages[0]?.deleted], ["", true]);
  assert.equal(messages[1]?.reactions[0].emoji, "🎉");

  await library.kill();
  const answer = await command(ann, { type: "edit", id: kept.id, text: "changed" });
  assert.equal(answer.code, "overloaded", "whether it is there can't be known now");
  await library.start();
});

Deno.test("an archived group's messages stay as they are", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const { body: { id } } = await ask(server, "POST", "/api/rooms", {
    token,
    body: { name: "tea" },
  });
  const at = `/api/rooms/${id}/messages`;
  const said = await ask(server, "POST", at, { token, body: { text: "hello" } });
  const message = `${at}/${said.body.id}`;
  await ask(server, "PATCH", `/api/rooms/${id}`, { token, body: { archived: true } });
  const edit = await ask(server, "PATCH", message, { token, body: { text: "bye" } });
  assert.deepEqual([edit.status, edit.body.error.message], [403, "This group is archived."]);
  await ask(server, "PATCH", `/api/rooms/${id}`, { token, body: { archived: false } });
  assert.equal((await ask(server, "PATCH", message, { token, body: { text: "bye" } })).status, 200);
});

/** Waits until libSQL has everything. */
async function archived(server: Server): Promise<void> {
  await until(async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return /^parley_archive_pending 0$/m.test(metrics);
  });
}
