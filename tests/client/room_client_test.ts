import assert from "node:assert/strict";
import { alice, bob, ROOM } from "./fake_server.ts";
import { logged, texts, world } from "./world.ts";

Deno.test("after a lost connection exactly what was missed is caught up", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.post(bob, "a");
  clock.tick(10);
  server.cut();
  assert.equal(client.state.link, "reconnecting");
  server.post(bob, "b");
  server.post(bob, "c");
  clock.tick(1_000);
  assert.equal(client.state.link, "online");
  assert.deepEqual(texts(client.state), ["a", "b", "c"]);
  const join = server.wire.heard[0];
  assert.deepEqual(join, { type: "join", roomId: 1, after: 1, epoch: "first", txnId: "join:2" });
});

Deno.test("too long away: history replaces what was held", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.post(bob, "old");
  clock.tick(10);
  server.cut();
  for (let i = 0; i < 30; i++) server.post(bob, `new ${i}`);
  clock.tick(1_000);
  assert.equal(client.state.messages.length, 10);
  assert.equal(client.state.cursor, 31);
  assert.equal(client.state.more, true);
});

Deno.test("a hole makes it join again from where it stands; a second one there starts anew", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  const frame = (seq: number) => {
    const message = { ...server.post(bob, "x"), seq };
    server.wire.outgoing.length = 0;
    server.say(server.wire, { type: "message", roomId: ROOM.id, message });
  };
  frame(3);
  clock.tick(1);
  const joins = () => server.wire.heard.filter(({ type }) => type === "join");
  assert.deepEqual(joins().at(-1), {
    type: "join",
    roomId: 1,
    after: 0,
    epoch: "first",
    txnId: "join:2",
  });
  clock.tick(10);
  assert.equal(client.state.gap, false);
  assert.deepEqual(client.state.messages.map(({ seq }) => seq), [1]);
});

Deno.test("without an identity, or with another one, it stops and says so", () => {
  const { clock, server, store, open } = world();
  const client = open();
  client.send("mine");
  server.user = bob;
  clock.tick(100_000);
  assert.equal(client.state.problem, "other_identity");
  assert.equal(client.state.link, "closed");
  assert.deepEqual(logged(server), [], "nothing is sent in the other's name");
  assert.equal(store.length, 1);
  assert.equal(server.wires.length, 0);
});

for (
  const [code, problem] of [["unauthenticated", "signed_out"], ["not_found", "room_gone"]] as const
) {
  Deno.test(`${code} as the answer to a join: ${problem}`, () => {
    const { clock, server, open } = world();
    server.prompt = false;
    const client = open();
    clock.tick(10);
    server.wire.outgoing.length = 0;
    server.say(server.wire, { type: "error", code, message: "No.", txnId: "join:1" });
    server.wire.deliver();
    clock.tick(100_000);
    assert.equal(client.state.problem, problem);
    assert.equal(clock.pending, 0);
  });
}

Deno.test("a join that nobody answers ends in a new connection", () => {
  const { clock, server, open } = world();
  server.mute = true;
  const client = open();
  clock.tick(5_000);
  assert.equal(client.state.link, "connecting");
  server.mute = false;
  clock.tick(10_000);
  assert.equal(client.state.link, "online");
});

Deno.test("typing is told at most every two seconds, reading when it settles", () => {
  const { clock, server, open } = world();
  for (const text of ["a", "b", "c"]) server.post(bob, text);
  const client = open();
  clock.tick(10);
  for (let i = 0; i < 50; i++) {
    client.typing();
    clock.tick(100);
  }
  for (const seq of [1, 2, 3, 2]) client.read(seq);
  clock.tick(1_000);
  const { heard } = server.wire;
  assert.equal(heard.filter(({ type }) => type === "typing").length, 3);
  assert.deepEqual(heard.filter(({ type }) => type === "read"), [{
    type: "read",
    roomId: 1,
    seq: 3,
  }]);
  assert.equal(client.state.readSeq, 3);
});

Deno.test("others' typing is forgotten after four seconds", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.say(server.wire, { type: "typing", roomId: 1, user: bob });
  clock.tick(10);
  assert.equal(client.state.typing.length, 1);
  clock.tick(4_000);
  assert.equal(client.state.typing.length, 0);
});

Deno.test("older pages come in front until there are none", () => {
  const { clock, server, open } = world();
  for (let i = 0; i < 75; i++) server.post(bob, `${i}`);
  const client = open();
  clock.tick(10);
  for (let i = 0; i < 5; i++) {
    client.loadOlder();
    client.loadOlder();
    clock.tick(10);
  }
  assert.equal(client.state.messages.length, 75);
  assert.equal(client.state.more, false);
  assert.equal(server.wire.heard.filter(({ type }) => type === "history").length, 2);
});

Deno.test("what was read just before leaving counts as read", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.post(bob, "a");
  clock.tick(10);
  client.read(1);
  const { wire } = server;
  client.leave();
  assert.deepEqual(wire.heard.slice(-2).map(({ type }) => type), ["read", "leave"]);
});

Deno.test("who is put out of a room is told why, and does not come back by itself", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.say(server.wire, { type: "left", roomId: ROOM.id, reason: "removed" });
  clock.tick(60_000);
  assert.equal(client.state.problem, "removed");
  assert.equal(client.state.link, "closed");
});

Deno.test("leaving tells the server, waits for its word, and leaves nothing running", async () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  const { wire } = server;
  const gone = client.leave();
  clock.tick(10);
  await gone;
  assert.deepEqual(wire.heard.at(-1), { type: "leave", roomId: 1 });
  assert.equal(clock.pending, 0);
});

Deno.test("leaving a server that does not answer takes a second", async () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.mute = true;
  const gone = client.leave();
  clock.tick(1_000);
  await gone;
  assert.equal(client.state.link, "closed");
});

Deno.test("offline is said while the network is away, and ends at once when it is back", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.up = false;
  server.cut();
  client.network(false);
  assert.equal(client.state.link, "offline");
  clock.tick(60_000);
  assert.equal(client.state.link, "offline");
  server.up = true;
  client.network(true);
  assert.equal(client.state.link, "reconnecting");
  clock.tick(5);
  assert.equal(client.state.link, "online");
  assert.equal(client.state.self.name, alice.name);
});
