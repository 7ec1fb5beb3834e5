import assert from "node:assert/strict";
import { logged, texts, waiting, world } from "./world.ts";

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
