/** libSQL may be away, at start or later: chat goes on, and the archive catches up. */
import assert from "node:assert/strict";
import { openDatabase } from "@/db/open.ts";
import { type Server, startServer } from "../parley.ts";
import { sqld } from "../sqld.ts";
import { until } from "../temp.ts";
import { Wire } from "../wire.ts";

async function archived(url: string): Promise<string[]> {
  const database = await openDatabase({ url });
  try {
    const rows = await database.read("SELECT frame FROM events WHERE room_id = 1 ORDER BY seq");
    return rows.map(({ frame }) => JSON.parse(String(frame)).message.text);
  } catch {
    return [];
  } finally {
    await database.close();
  }
}

async function isReady(server: Server): Promise<boolean> {
  const answer = await fetch(`${server.url}/readyz`);
  await answer.body?.cancel();
  return answer.ok;
}

Deno.test("libSQL is not there at start: a clear line, chat works, later all is archived", async () => {
  await using archive = await sqld();
  await using server = await startServer({ env: { LIBSQL_URL: archive.url, FLUSH_MS: "100" } });
  assert.match(server.log(), /libSQL does not answer: chat works from the journal/);
  assert.equal(await isReady(server), false);
  using alice = await Wire.join(server, "alice");
  for (let n = 0; n < 30; n++) assert.equal((await alice.say(`text ${n}`)).type, "ack");
  await archive.start();
  await until(async () => (await archived(archive.url)).length === 30);
  assert.deepEqual(await archived(archive.url), alice.texts);
  await until(() => isReady(server));
});

Deno.test("libSQL is killed and frozen while people talk: nobody notices, nothing is lost", async () => {
  await using archive = await sqld();
  await archive.start();
  await using server = await startServer({
    env: { LIBSQL_URL: archive.url, FLUSH_MS: "50", RECENT_EVENTS: "5" },
  });
  using alice = await Wire.join(server, "alice");
  const talk = async (count: number) => {
    for (let n = 0; n < count; n++) {
      assert.equal((await alice.say(`text ${alice.texts.length}`)).type, "ack");
    }
  };
  await talk(25);
  await archive.kill();
  await talk(25);
  // Everybody can still come in and read what was said meanwhile.
  using bob = await Wire.join(server, "bob", { after: 30 });
  await bob.until(() => bob.texts.length === 20);
  await archive.start();
  await talk(10);
  archive.freeze();
  await talk(25);
  archive.thaw();
  await until(async () => (await archived(archive.url)).length === 85);
  assert.deepEqual(await archived(archive.url), alice.texts);
});

Deno.test("what libSQL had not taken when the server was killed it takes after the next start", async () => {
  await using archive = await sqld();
  await using server = await startServer({ env: { LIBSQL_URL: archive.url } });
  using alice = await Wire.join(server, "alice");
  for (let n = 0; n < 15; n++) await alice.say(`text ${n}`);
  await server.kill();
  await archive.start();
  await using again = await startServer({
    dataDir: server.dataDir,
    env: { LIBSQL_URL: archive.url, FLUSH_MS: "50" },
  });
  await until(async () => (await archived(archive.url)).length === 15);
  using back = await Wire.join(again, "alice");
  assert.equal((await back.say("and on")).seq, 16);
});
