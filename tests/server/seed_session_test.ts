/** The conversation that a chat must hold, by bare WebSocket clients. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { Wire } from "../wire.ts";

Deno.test("alice and bob talk, alice comes back to the same three messages, and leaves", async () => {
  await using server = await startServer();
  using bob = await Wire.join(server, "bob");
  using alice = await Wire.join(server, "alice");
  const joined = await bob.next("member_joined");
  assert.equal(joined.user.name, "alice");
  assert.deepEqual(
    alice.frames.find(({ type }) => type === "joined")?.members.map((m: { name: string }) =>
      m.name
    ),
    ["bob", "alice"],
  );

  assert.equal((await alice.say("hello bob")).seq, 1);
  assert.equal((await bob.say("hello alice")).seq, 2);
  assert.equal((await alice.say("how are you?")).seq, 3);
  await bob.until(() => bob.texts.length === 3);
  assert.deepEqual(bob.texts, ["hello bob", "hello alice", "how are you?"]);

  await alice.close();
  assert.equal((await bob.next("member_left")).user.name, "alice");
  using again = await Wire.connect(server);
  again.send({ type: "join", roomId: 1, username: "alice" });
  const back = await again.next("joined");
  assert.deepEqual(back.history.map((m: { text: string }) => m.text), bob.texts);
  assert.equal(back.head, 3);
  await bob.next("member_joined");

  again.send({ type: "leave", roomId: 1 });
  await again.next("left");
  assert.equal((await bob.next("member_left")).user.name, "alice");
});
