/** After a `kill -9` with events that no archive has: nobody waits for all rooms, nothing is missed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openDatabase } from "@/db/open.ts";
import { RoomDirectory } from "@/lib/directory/rooms.ts";
import { ask, guest } from "../api/ask.ts";
import { startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { Wire } from "../wire.ts";

const ROOMS = 350;
/** Nothing goes to the archive by itself. */
const WAITING = { FLUSH_MS: "600000", FLUSH_MESSAGES: "100000" };

/** A folder whose server was killed when something had been said in each of many rooms. */
async function crashed() {
  const dir = await tempDir();
  const rooms = [1];
  {
    using kv = await Deno.openKv(join(dir.path, "journal.kv"));
    const directory = new RoomDirectory(kv);
    await directory.ensureLobby();
    while (rooms.length < ROOMS) {
      rooms.push((await directory.createGroup(`room ${rooms.length}`, { id: "a", name: "a" })).id);
    }
  }
  await using server = await startServer({ dataDir: dir.path, env: WAITING });
  using ann = await Wire.connect(server);
  for (const roomId of rooms) ann.send({ type: "join", roomId, username: "ann" });
  await ann.until(() => ann.frames.filter(({ type }) => type === "joined").length === ROOMS);
  for (const roomId of rooms) {
    ann.send({ type: "message", roomId, text: `said in number${roomId}` });
  }
  await ann.until(() => ann.frames.filter(({ type }) => type === "ack").length === ROOMS);
  await server.kill();
  return { dir, rooms };
}

Deno.test("what waited through a kill is found at once, and all of it is archived", async () => {
  const { dir, rooms } = await crashed();
  await using _ = dir;
  const dataDir = dir.path;
  {
    await using server = await startServer({ dataDir, env: WAITING });
    const token = await guest(server, "ben");
    for (const roomId of rooms.slice(-3)) {
      const { body } = await ask(server, "GET", `/api/search?q=number${roomId}`, { token });
      assert.deepEqual(
        body.hits.map(({ message }: { message: { roomId: number } }) => message.roomId),
        [roomId],
      );
    }
    await server.kill();
  }
  // A stop in the midst of it loses nothing, either.
  const stopped = await startServer({ dataDir, env: WAITING });
  assert.equal(await stopped.stop(), 0);
  await using server = await startServer({ dataDir, env: { FLUSH_MS: "1" } });
  await until(async () =>
    /^parley_archive_pending 0$/m.test(await (await fetch(`${server.url}/metrics`)).text())
  );
  const archive = await openDatabase({ url: `file:${join(dataDir, "archive.db")}` });
  const [row] = await archive.read("SELECT count(*) AS count FROM events");
  await archive.close();
  assert.equal(row?.count, ROOMS);
});
