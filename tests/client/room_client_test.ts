import assert from "node:assert/strict";
import { MemoryStore, type Store } from "@/lib/client/platform.ts";
import { RoomClient } from "@/lib/client/room_client.ts";
import type { RoomState } from "@/lib/client/room_state.ts";
import { FakeClock } from "./fake_clock.ts";
import { alice, bob, FakeServer, ROOM } from "./fake_server.ts";

function world() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const store = new MemoryStore();
  let txns = 0;
  const open = (of: Store = store) =>
    new RoomClient({
      snapshot: server.snapshot(),
      url: "ws://parley.test/ws?batch=1",
      connect: server.connect,
      clock,
      random: () => 0.5,
      store: of,
      newTxnId: () => `txn-${String(txns++).padStart(6, "0")}`,
    });
  return { clock, server, store, open };
}

const texts = (state: RoomState) => state.messages.map(({ text }) => text);
const waiting = (state: RoomState) => state.pending.map(({ text, status }) => `${text}: ${status}`);
const logged = (server: FakeServer) => server.log.map(({ text }) => text);

Deno.test("a message is shown at once as sending, and then as everyone sees it", () => {
  const { clock, server, store, open } = world();
  const client = open();
  const seen: string[] = [];
  client.subscribe((state) => seen.push([...texts(state), ...waiting(state)].join(", ")));
  clock.tick(10);
  assert.equal(client.state.link, "online");
  server.prompt = false;
  client.send("hello");
  for (let i = 0; i < 2; i++) server.wire.deliver(1);
  assert.deepEqual([...new Set(seen)], ["", "hello: sending", "hello: sent", "hello"]);
  assert.deepEqual(logged(server), ["hello"]);
  assert.equal(store.length, 0);
});

Deno.test("what is written before the connection stands is sent when it does, in order", () => {
  const { clock, server, open } = world();
  server.up = false;
  const client = open();
  for (const text of ["one", "two", "three"]) client.send(text);
  clock.tick(5_000);
  assert.deepEqual(waiting(client.state), ["one: sending", "two: sending", "three: sending"]);
  assert.equal(client.state.link, "connecting");
  server.up = true;
  clock.tick(20_000);
  assert.deepEqual(logged(server), ["one", "two", "three"]);
  assert.deepEqual(texts(client.state), ["one", "two", "three"]);
});

Deno.test("unsent messages survive a closed tab, and follow what was written after it", () => {
  const { clock, server, open } = world();
  server.up = false;
  const first = open();
  first.send("one");
  first.close();
  assert.equal(first.state.link, "closed");
  server.up = true;
  const second = open();
  second.send("two");
  assert.deepEqual(waiting(second.state), ["one: sending", "two: sending"]);
  clock.tick(20);
  assert.deepEqual(logged(server), ["one", "two"]);
});

Deno.test("a message whose ack was lost is stored and shown once", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.mute = true;
  client.send("once");
  clock.tick(9_000);
  assert.deepEqual(waiting(client.state), ["once: sending"]);
  server.mute = false;
  clock.tick(5_000);
  assert.deepEqual(logged(server), ["once"]);
  assert.deepEqual(texts(client.state), ["once"]);
  assert.deepEqual(waiting(client.state), []);
});

Deno.test("a page that already shows an unsent message's arrival does not show it twice", () => {
  const { clock, server, store, open } = world();
  const first = open();
  clock.tick(10);
  server.mute = true;
  first.send("once");
  first.close();
  server.mute = false;
  const second = open();
  assert.deepEqual(waiting(second.state), []);
  assert.deepEqual(texts(second.state), ["once"]);
  assert.equal(store.length, 0);
});

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

Deno.test("rate_limited waits as long as told and sends by itself", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.refusals = [{ code: "rate_limited", message: "Wait.", retryAfter: 3_000 }];
  client.send("one");
  client.send("two");
  clock.tick(2_990);
  assert.deepEqual(logged(server), []);
  clock.tick(30);
  assert.deepEqual(logged(server), ["one", "two"]);
});

Deno.test("save_failed is tried four times, then it is for the author to say; order is kept", () => {
  const { clock, server, store, open } = world();
  const client = open();
  clock.tick(10);
  const refusal = { code: "save_failed", message: "Could not be saved." } as const;
  server.refusals = [refusal, refusal];
  client.send("one");
  client.send("two");
  clock.tick(20_000);
  assert.deepEqual(logged(server), ["one", "two"], "two failures are overcome unseen");
  server.refusals = [refusal, refusal, refusal, refusal];
  client.send("three");
  clock.tick(20_000);
  assert.deepEqual(waiting(client.state), ["three: failed"]);
  assert.equal(client.state.pending[0]?.failed, "Could not be saved.");
  assert.equal(store.length, 1);
  client.retry(client.state.pending[0]?.txnId ?? "");
  assert.deepEqual(waiting(client.state), ["three: sending"]);
  clock.tick(10);
  assert.deepEqual(logged(server), ["one", "two", "three"]);
  assert.equal(store.length, 0);
});

Deno.test("a message that can never be taken fails at once, and the next one goes", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.refusals = [{ code: "invalid_message", message: "text: too long." }];
  client.send("bad");
  client.send("good");
  clock.tick(10);
  assert.deepEqual(logged(server), ["good"]);
  assert.equal(client.state.pending[0]?.failed, "text: too long.");
  client.discard(client.state.pending[0]?.txnId ?? "");
  assert.deepEqual(waiting(client.state), []);
});

Deno.test("a frame that the server closed for (1009) is not sent again", () => {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.mute = true;
  client.send("huge");
  server.log.length = 0;
  server.cut(1009);
  server.mute = false;
  clock.tick(5_000);
  assert.deepEqual(waiting(client.state), ["huge: failed"]);
  assert.equal(server.wire.heard.filter(({ type }) => type === "message").length, 0);
});

Deno.test("what another tab wrote and did not get through is sent from here", () => {
  const { clock, server, store, open } = world();
  const client = open();
  clock.tick(10);
  const entry = { txnId: "txn-x", roomId: 1, text: "left behind", createdAt: 0 };
  store.setItem("parley:outbox:user-alice:txn-x", JSON.stringify(entry));
  client.storeChanged("parley:outbox:user-alice:txn-x", JSON.stringify(entry));
  clock.tick(14_000);
  assert.deepEqual(logged(server), []);
  clock.tick(2_000);
  assert.deepEqual(logged(server), ["left behind"]);
  assert.equal(store.length, 0);
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
