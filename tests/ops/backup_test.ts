/** A backup that is made while people chat can be restored, and loses nothing acknowledged before. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ask, guest } from "../api/ask.ts";
import { PIXEL } from "../api/pictures.ts";
import { startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { Wire } from "../wire.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

async function task(
  name: "backup" | "restore",
  folder: string,
  dataDir: string,
): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", `ops/${name}.ts`, folder],
    cwd: ROOT,
    env: { DATA_DIR: dataDir },
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("what was acknowledged before a backup began is there after it was restored", async () => {
  await using dir = await tempDir();
  const [backup, restored] = [`${dir.path}/backup`, `${dir.path}/restored`];
  const acked: string[] = [];
  const before: string[] = [];
  {
    await using server = await startServer();
    using wire = await Wire.join(server, "ann", { batch: true });
    let n = 0;
    let talking = true;
    const send = () => {
      const text = `text ${n++}`;
      wire.send({ type: "message", roomId: 1, text, txnId: text });
    };
    wire.socket.on("message", () => {
      for (const { type, txnId } of wire.frames.splice(0)) {
        if (type !== "ack") continue;
        acked.push(txnId);
        if (talking) send();
      }
    });
    for (let inFlight = 0; inFlight < 8; inFlight++) send();
    await until(() => acked.length > 300);
    before.push(...acked);
    const { code, said } = await task("backup", backup, server.dataDir);
    assert.equal(code, 0, said);
    assert.ok(acked.length > before.length, "people went on talking meanwhile");
    talking = false;

    const again = await task("backup", backup, server.dataDir);
    assert.equal(again.code, 1);
    assert.match(again.said, /is there already: choose an empty folder/);
    const running = await task("restore", backup, server.dataDir);
    assert.equal(running.code, 1);
    assert.match(running.said, /in use by another/);
  }
  const { code, said } = await task("restore", backup, restored);
  assert.equal(code, 0, said);
  assert.match((await task("restore", backup, restored)).said, /move it away first/);

  await using server = await startServer({ dataDir: restored });
  using wire = await Wire.join(server, "ann", { after: 0, batch: true });
  const { head } = wire.frames.find(({ type }) => type === "joined") ?? {};
  await wire.until(() => wire.texts.length === head);
  assert.ok(head >= before.length);
  assert.deepEqual(wire.texts, Array.from({ length: head }, (_, n) => `text ${n}`));
  assert.equal((await wire.say("and on")).seq, head + 1);
});

Deno.test("people's profiles and pictures are in a backup", async () => {
  await using dir = await tempDir();
  const [backup, restored] = [`${dir.path}/backup`, `${dir.path}/restored`];
  let token: string;
  {
    await using server = await startServer();
    token = await guest(server, "ann");
    await ask(server, "PUT", "/api/profile/avatar", { token, body: PIXEL });
    await ask(server, "PATCH", "/api/profile", { token, body: { nickname: "Annie" } });
    const { code, said } = await task("backup", backup, server.dataDir);
    assert.deepEqual([code, /and uploads to/.test(said)], [0, true], said);
  }
  assert.equal((await task("restore", backup, restored)).code, 0);
  await using server = await startServer({ dataDir: restored });
  const { body } = await ask(server, "GET", "/api/profile", { token });
  assert.equal(body.nickname, "Annie");
  const picture = await fetch(server.url + body.avatar);
  assert.deepEqual([picture.status, (await picture.bytes()).length > 0], [200, true]);
});

Deno.test("a folder without a backup is told", async () => {
  await using dir = await tempDir();
  const { code, said } = await task("restore", `${dir.path}/nothing`, `${dir.path}/data`);
  assert.equal(code, 1);
  assert.match(said, /There is no backup in/);
});
