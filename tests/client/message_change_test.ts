/** A change is done, refused, or its connection is lost: whoever asked for it is told which. */
import assert from "node:assert/strict";
import { bob, ROOM } from "./fake_server.ts";
import { world } from "./world.ts";

const CHANGE = { type: "edit", id: "m1", text: "b" } as const;

function asked() {
  const { clock, server, open } = world();
  const client = open();
  clock.tick(10);
  server.post(bob, "a");
  const outcome = client.change(CHANGE);
  clock.tick(10);
  const sent = server.wire.heard.at(-1);
  const txnId = sent?.txnId ?? "";
  assert.deepEqual(sent, { ...CHANGE, roomId: ROOM.id, txnId });
  return { clock, server, client, outcome, txnId };
}

Deno.test("acknowledged: it is done", async () => {
  const { clock, server, outcome, txnId } = asked();
  server.say(server.wire, { type: "ack", roomId: ROOM.id, id: "m1", seq: 2, ts: 1, txnId });
  clock.tick(10);
  assert.equal(await outcome, null);
});

Deno.test("refused: the server's sentence", async () => {
  const { clock, server, outcome, txnId } = asked();
  server.say(server.wire, { type: "error", code: "forbidden", message: "It is not yours.", txnId });
  clock.tick(10);
  assert.equal(await outcome, "It is not yours.");
});

Deno.test("the connection is lost, or there is none: it says so", async () => {
  const { server, client, outcome } = asked();
  server.cut();
  assert.match(await outcome ?? "", /connection was lost/);
  assert.match(await client.change(CHANGE) ?? "", /no connection/);
});
