import assert from "node:assert/strict";
import { Egress } from "@/lib/session/egress.ts";

/** A connection with so many bytes on their way. */
function connection(buffered: number) {
  return { batch: true, buffered, send: () => {}, close: () => {} };
}

Deno.test("what was sent has left when nothing of it is on its way", async () => {
  const egress = new Egress();
  await egress.drained();
  const last = connection(100);
  egress.sent(last);
  let drained = false;
  const waiting = egress.drained().then(() => drained = true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(drained, false);
  last.buffered = 0;
  await waiting;
});

Deno.test("clients that do not read hold nobody up", async () => {
  const egress = new Egress();
  for (let n = 0; n < 7; n++) egress.sent(connection(100));
  egress.sent(connection(0));
  await egress.drained();
  for (let n = 0; n < 8; n++) egress.sent(connection(100));
  await egress.drained();
});
