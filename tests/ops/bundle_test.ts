/** A bundle is all that a server needs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tempDir } from "../temp.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A network of one's own, with nothing in it but oneself. */
const CUT_OFF = [
  "unshare",
  "--map-root-user",
  "--net",
  "sh",
  "-c",
  'ip link set lo up && "$@"',
  "sh",
];

async function output(command: string[], cwd = ROOT) {
  const [program = "", ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const canCutOff = await output([...CUT_OFF, "true"]).then(({ code }) => code === 0, () => false);
if (!canCutOff) console.warn("SKIPPED: no network can be cut off here (unshare --net, ip)");

Deno.test({
  name: "a bundle starts without network, environment and files of others, and does all of it",
  ignore: !canCutOff,
  async fn() {
    await using dir = await tempDir();
    const bundle = join(dir.path, "parley");
    const made = await output([
      Deno.execPath(),
      "run",
      "-A",
      "ops/bundle.ts",
      bundle,
    ]);
    assert.equal(made.code, 0, made.stderr);
    const folder = join(dir.path, "empty");
    await Deno.mkdir(folder);
    const program = join(ROOT, "tests/ops/offline.ts");
    const deno = [Deno.execPath(), "run", "-A", "--cached-only", program, bundle, folder];
    const used = await output([...CUT_OFF, ...deno]);
    assert.equal(used.code, 0, used.stderr);
    const { needed, ...rest } = JSON.parse(used.stdout);
    assert.ok(needed > 5, "the page needs scripts and styles");
    assert.deepEqual(rest, {
      network: "none",
      statuses: [200],
      registered: 201,
      picture: 200,
      copied: 0,
      restored: 0,
      texts: ["nothing is needed from outside"],
    });
  },
});

Deno.test("a bundle is not made where something is", async () => {
  await using dir = await tempDir();
  await Deno.writeTextFile(join(dir.path, "mine"), "");
  const { code, stderr } = await output([
    Deno.execPath(),
    "run",
    "-A",
    "ops/bundle.ts",
    dir.path,
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /is not empty: mine is in it/);
});
