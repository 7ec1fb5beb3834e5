/** The files of `deploy/` say what is so. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";

const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));
const read = (name: string) => Deno.readTextFile(join(DEPLOY, name));

const canVerify = await new Deno.Command("systemd-analyze", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
if (!canVerify) console.warn("SKIPPED: systemd-analyze is not installed here");

Deno.test({
  name: "systemd takes the unit as it is",
  ignore: !canVerify,
  async fn() {
    await using dir = await tempDir();
    const unit = join(dir.path, "parley.service");
    // A program that is there: nothing is installed in /opt where tests run.
    const text = (await read("parley.service")).replace("=/opt/parley/parley", "=/bin/true");
    await Deno.writeTextFile(unit, text);
    const { success, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", "--man=no", unit],
    }).output();
    assert.deepEqual([success, new TextDecoder().decode(stderr)], [true, ""]);
  },
});

Deno.test("the image's health check tells a server that answers from one that is gone", async () => {
  const [, json = ""] = /HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(await read("Dockerfile")) ?? [];
  const [program, ...args] = JSON.parse(json) as string[];
  assert.equal(program, "/opt/parley/bin/deno");
  await using server = await startServer();
  const check = async () => {
    const env = { PORT: new URL(server.url).port };
    return (await new Deno.Command(Deno.execPath(), { args, env, stderr: "null" }).output()).code;
  };
  assert.equal(await check(), 0);
  await server.stop();
  assert.equal(await check(), 1);
});

Deno.test("alerts ask for what the server tells", async () => {
  await using server = await startServer();
  const told = await (await fetch(`${server.url}/metrics`)).text();
  const asked = new Set((await read("alerts.yml")).match(/\bparley_\w+(?:\{[^}]*\})?/g));
  assert.ok(asked.size >= 4);
  for (const series of asked) assert.ok(told.includes(series), `${series} is not told`);
});
