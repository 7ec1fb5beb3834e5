/** When batches go to libSQL: enough events wait, or the first has waited long enough. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { until } from "../temp.ts";
import { Wire } from "../wire.ts";

async function metric(server: { url: string }, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
}

Deno.test("ten events go in one batch, nine wait", async () => {
  await using server = await startServer({ env: { FLUSH_MS: "3600000" } });
  using alice = await Wire.join(server, "alice");
  for (let n = 0; n < 9; n++) await alice.say(`text ${n}`);
  assert.equal(await metric(server, "parley_archive_flushes_total"), 0);
  assert.equal(await metric(server, "parley_archive_pending"), 9);
  await alice.say("the tenth");
  await until(async () => await metric(server, "parley_archive_pending") === 0);
  assert.equal(await metric(server, "parley_archive_flushes_total"), 1);
  assert.equal(await metric(server, "parley_archive_events_total"), 10);
});

Deno.test("a single event goes when it has waited long enough", async () => {
  await using server = await startServer({ env: { FLUSH_MS: "100" } });
  using alice = await Wire.join(server, "alice");
  await alice.say("alone");
  await until(async () => await metric(server, "parley_archive_events_total") === 1);
});

Deno.test("what waits is archived when the server stops", async () => {
  await using server = await startServer({ env: { FLUSH_MS: "3600000" } });
  using alice = await Wire.join(server, "alice");
  await alice.say("the last word");
  assert.equal(await server.stop(), 0);
  assert.equal(/did not take everything/.test(server.log()), false);
});
