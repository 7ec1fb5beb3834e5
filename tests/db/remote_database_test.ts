/** A libSQL server over the network. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DatabaseError } from "@/db/database.ts";
import { openDatabase } from "@/db/open.ts";
import { sqld } from "../sqld.ts";
import { tempDir } from "../temp.ts";

for (const scheme of ["http", "ws"]) {
  Deno.test(`${scheme}: a server may be late, freeze and be killed: errors, then it works again`, async () => {
    await using server = await sqld();
    const url = server.url.replace("http", scheme);
    const database = await openDatabase({ url, timeoutMs: 1000 });
    const isAway = async (why: string) => {
      await assert.rejects(database.read("SELECT 1"), DatabaseError, why);
      await assert.rejects(database.write([{ sql: "SELECT 1" }]), DatabaseError, why);
    };
    const isThere = async () =>
      assert.deepEqual(await database.read("SELECT 1 AS one"), [{ one: 1 }]);

    await isAway("not started yet");
    await server.start();
    await isThere();
    server.freeze();
    await isAway("frozen");
    server.thaw();
    await isThere();
    await server.kill();
    await isAway("killed");
    await server.start();
    await isThere();
    await database.close();
  });
}

Deno.test("an answer that begins and does not end is an error", async () => {
  const half = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
  });
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(half),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const database = await openDatabase({ url, timeoutMs: 300 });
  await assert.rejects(database.read("SELECT 1"), DatabaseError);
  await database.close();
});

Deno.test("a server needs no native code: the network is all that must be allowed", async () => {
  await using dir = await tempDir();
  await using server = await sqld();
  await server.start();
  const file = `${dir.path}/read.ts`;
  await Deno.writeTextFile(
    file,
    `import { openDatabase } from "@/db/open.ts";
    const database = await openDatabase({ url: "${server.url}" });
    console.log(JSON.stringify(await database.read("SELECT 1 AS one")));`,
  );
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", "--cached-only", "--config", config, file],
  }).output();
  const decoder = new TextDecoder();
  assert.equal(decoder.decode(stdout).trim(), `[{"one":1}]`, decoder.decode(stderr));
});
