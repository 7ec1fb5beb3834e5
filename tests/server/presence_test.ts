/** Who is here: joins and leaves, typing, names, and how far people have read. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { Wire } from "../wire.ts";
import { signIn } from "../browserless.ts";

Deno.test("presence follows users, not connections", async () => {
  await using server = await startServer();
  using bob = await Wire.join(server, "bob");
  const ann = await signIn(server, "ann");
  using first = await ann.join(1);
  using second = await ann.join(1);
  assert.equal((await bob.next("member_joined")).user.name, "ann");
  await first.close();
  bob.send({ type: "list", roomId: 1 });
  const { members } = await bob.next("list");
  assert.deepEqual(members.map((m: { name: string }) => m.name), ["bob", "ann"]);
  await second.close();
  assert.equal((await bob.next("member_left")).user.name, "ann");
  const presence = bob.frames.filter(({ type }) => type.startsWith("member_"));
  assert.equal(presence.length, 2, "one join and one leave, whatever the connections");
});

Deno.test("a visitor's name belongs to one connection at a time, whatever its case", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "Alice");
  using other = await Wire.connect(server);
  other.send({ type: "join", roomId: 1, username: "ＡLICE", txnId: "j" });
  const error = await other.next("error");
  assert.deepEqual([error.code, error.txnId], ["username_taken", "j"]);
  await alice.close();
  using watcher = await Wire.join(server, "watcher");
  other.send({ type: "join", roomId: 1, username: "alice" });
  assert.equal((await other.next("joined")).self.name, "Alice", "the same visitor as before");
  await watcher.next("member_joined");
});

Deno.test("a name that is held by a session can't be said by somebody without it", async () => {
  await using server = await startServer();
  await signIn(server, "ann");
  using thief = await Wire.connect(server);
  thief.send({ type: "join", roomId: 1, username: "ann" });
  assert.equal((await thief.next("error")).code, "username_taken");
});

Deno.test("the identity of a connection wins over a name in a frame", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using wire = await ann.connect();
  assert.equal((await wire.next("hello")).user.name, "ann");
  wire.send({ type: "join", roomId: 1, username: "the queen" });
  assert.equal((await wire.next("joined")).self.name, "ann");
});

Deno.test("a token can be shown in the first frame", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using wire = await Wire.connect(server);
  assert.equal((await wire.next("hello")).user, null);
  wire.send({ type: "auth", token: ann.token });
  assert.equal((await wire.next("hello")).user.name, "ann");
});

Deno.test("typing reaches others and is not stored", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "alice");
  using bob = await Wire.join(server, "bob");
  alice.send({ type: "typing", roomId: 1 });
  assert.equal((await bob.next("typing")).user.name, "alice");
  assert.equal((await alice.say("done")).seq, 1);
  assert.equal(alice.frames.some(({ type }) => type === "typing"), false);
});

Deno.test("a read mark moves forward only, and the user's other devices hear of it", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using phone = await ann.join(1);
  using desk = await ann.join(1);
  using bob = await Wire.join(server, "bob");
  for (let n = 0; n < 5; n++) await bob.say(`text ${n}`);
  phone.send({ type: "read", roomId: 1, seq: 4 });
  assert.equal((await desk.next("read")).seq, 4);
  desk.send({ type: "read", roomId: 1, seq: 2 });
  desk.send({ type: "read", roomId: 1, seq: 99 });
  assert.equal((await phone.next("read")).seq, 5, "no further than the last message");
  using tablet = await ann.join(1);
  const joined = tablet.frames.find(({ type }) => type === "joined");
  assert.equal(joined?.readSeq, 5);
  assert.equal(bob.frames.some(({ type }) => type === "read"), false);
});
