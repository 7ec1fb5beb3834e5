/** The journal's file is lost: what libSQL has goes on. */
import assert from "node:assert/strict";
import { v7 as uuidv7 } from "uuid";
import { ask, guest } from "../api/ask.ts";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";

Deno.test("without its journal a server goes on from libSQL, under a new epoch", async () => {
  await using dir = await tempDir();
  let epoch: string;
  let group: string;
  let first: Frame[];
  {
    await using server = await startServer({ dataDir: dir.path });
    const ann = await signIn(server, "ann");
    group = String(await ann.submit("/rooms", { name: "tea" }));
    using wire = await Wire.join(server, "bob");
    for (let n = 0; n < 5; n++) await wire.say(`text ${n}`, n === 0 ? "opaque" : uuidv7());
    first = wire.frames.filter(({ type }) => type === "ack").slice(0, 2);
    epoch = wire.frames.find(({ type }) => type === "joined")?.epoch;
    assert.equal(await server.stop(), 0);
  }
  for await (const { name } of Deno.readDir(dir.path)) {
    if (name.startsWith("journal.kv")) await Deno.remove(`${dir.path}/${name}`);
  }
  // A window of one: what is older is in libSQL alone.
  await using server = await startServer({ dataDir: dir.path, env: { RECENT_EVENTS: "1" } });
  assert.match(server.log(), /came back from libSQL/);
  using bob = await Wire.join(server, "bob", { after: 5, epoch });
  const joined = bob.frames.find(({ type }) => type === "joined");
  assert.notEqual(joined?.epoch, epoch);
  assert.equal(joined?.resumed, false, "numbers of the lost log mean nothing");
  for (const ack of first) {
    assert.deepEqual(await bob.say("again", ack.txnId), ack, "retries are still known");
  }
  assert.equal((await bob.say("and on")).seq, 6);
  const carl = await signIn(server, "carl");
  assert.equal((await carl.get(group)).status, 200);
  assert.notEqual(await carl.submit("/rooms", { name: "cake" }), group, "no number is used twice");
});

Deno.test("a name comes back to whoever had it last", async () => {
  await using dir = await tempDir();
  const body = { username: "ann", password: "a good password" };
  {
    await using server = await startServer({ dataDir: dir.path });
    const token = await guest(server, "ann");
    await ask(server, "POST", "/api/auth/logout", { token });
    assert.equal((await ask(server, "POST", "/api/auth/register", { body })).status, 201);
    assert.equal(await server.stop(), 0);
  }
  for await (const { name } of Deno.readDir(dir.path)) {
    if (name.startsWith("journal.kv")) await Deno.remove(`${dir.path}/${name}`);
  }
  await using server = await startServer({ dataDir: dir.path });
  const login = await ask(server, "POST", "/api/auth/login", { body });
  assert.equal(login.status, 200);
  const { token, user } = login.body;
  const { body: { users } } = await ask(server, "GET", "/api/users?q=ann", { token });
  assert.deepEqual(users, [user], "the guest before them is not found by it");
});

Deno.test("a journal that was restored from an older copy loses nothing that was archived since", async () => {
  await using dir = await tempDir();
  const copy = `${dir.path}/copy`;
  await Deno.mkdir(copy);
  let epoch: string;
  {
    await using server = await startServer({ dataDir: dir.path });
    using wire = await Wire.join(server, "bob");
    for (let n = 0; n < 5; n++) await wire.say(`early ${n}`);
    assert.equal(await server.stop(), 0);
  }
  await copyJournal(dir.path, copy);
  {
    await using server = await startServer({ dataDir: dir.path });
    using wire = await Wire.join(server, "bob");
    epoch = wire.frames.find(({ type }) => type === "joined")?.epoch;
    for (let n = 0; n < 5; n++) await wire.say(`late ${n}`);
    assert.equal(await server.stop(), 0);
  }
  await copyJournal(copy, dir.path);
  await using server = await startServer({ dataDir: dir.path });
  using wire = await Wire.join(server, "bob", { after: 5, epoch });
  const joined = wire.frames.find(({ type }) => type === "joined");
  assert.deepEqual([joined?.resumed, joined?.head], [false, 10]);
  assert.notEqual(joined?.epoch, epoch);
  assert.deepEqual(
    joined?.history.map(({ text }: { text: string }) => text),
    ["early", "late"].flatMap((when) => [0, 1, 2, 3, 4].map((n) => `${when} ${n}`)),
  );
  assert.equal((await wire.say("and on")).seq, 11);
  assert.match(server.log(), /the journal is older than libSQL/);
});

Deno.test("a damaged entry is told and set aside, and its room goes on", async () => {
  await using dir = await tempDir();
  {
    await using server = await startServer({ dataDir: dir.path });
    const ann = await signIn(server, "ann");
    const path = String(await ann.submit("/rooms", { name: "tea" }));
    using wire = await ann.join(Number(path.split("/").at(-1)));
    await wire.say("in tea", "t", 2);
    await server.kill();
  }
  {
    using kv = await Deno.openKv(`${dir.path}/journal.kv`);
    const { value } = await kv.get<Uint8Array>(["log", 2, 1]);
    await kv.set(["log", 2, 1], value?.slice(0, -7));
  }
  await using server = await startServer({ dataDir: dir.path });
  assert.match(server.log(), /a part of a room's journal was damaged/);
  using wire = await Wire.join(server, "bob");
  assert.equal((await wire.say("in the lobby")).seq, 1);
  const ann = await signIn(server, "ann2");
  using tea = await ann.join(2);
  const [notice] = tea.frames.find(({ type }) => type === "joined")?.history ?? [];
  assert.match(notice.text, /was damaged on the server's disk/);
  assert.equal((await tea.say("and on", "u", 2)).seq, 2);
});

async function copyJournal(from: string, to: string): Promise<void> {
  for await (const { name } of Deno.readDir(to)) {
    if (name.startsWith("journal.kv")) await Deno.remove(`${to}/${name}`);
  }
  for await (const { name } of Deno.readDir(from)) {
    if (name.startsWith("journal.kv")) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
