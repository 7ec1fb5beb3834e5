/**
 * `deno task bundle FOLDER`: all that a server needs, in one folder that starts without a network
 * on any machine of this kind: the app as it was built, the packages that it imports, and Deno.
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startScript, type Task } from "@/ops/start_script.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What the server reads while it runs, and what its licence and its administrator want along. */
const APP = [
  "_fresh",
  "components",
  "db",
  "define.ts",
  "deno.json",
  "deno.lock",
  "deploy",
  "docs",
  "islands",
  "lib",
  "LICENSE",
  "main.ts",
  "ops",
  "routes",
  "serve.ts",
  "static",
];
/** Programs of the bundle, by the task that runs each. */
const PROGRAMS = ["start", "backup", "restore"];
/** What is imported only where it is needed. */
const LOADED_LATE = ["db/file_worker.ts", "db/remote_database.ts"];

class BundleError extends Error {}

const [folder] = Deno.args;
try {
  if (folder === undefined) throw new BundleError("Say where to: deno task bundle FOLDER");
  const target = resolve(folder);
  await bundle(target);
  console.log(`Bundled into ${target}. Start it by ${join(folder, "parley")}`);
} catch (error) {
  if (!(error instanceof BundleError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}

async function bundle(target: string): Promise<void> {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as {
    tasks: Record<string, Task>;
  };
  await makeEmpty(target);
  const app = join(target, "app");
  await Deno.mkdir(app);
  for (const name of APP) await copy(join(ROOT, name), join(app, name));
  const deno = join(target, "bin", "deno");
  await Deno.mkdir(join(target, "bin"));
  await Deno.copyFile(Deno.execPath(), deno);
  await Deno.copyFile(join(ROOT, "deploy/deno-license.txt"), join(target, "bin/LICENSE"));

  const programs = PROGRAMS.map((name) => [name, tasks[name]] as const);
  await Deno.writeTextFile(join(target, "parley"), startScript(programs), { mode: 0o755 });
  const entries = ["serve.ts", "ops/backup.ts", "ops/restore.ts", ...LOADED_LATE];
  const cache = { DENO_DIR: join(target, "cache"), DENO_NO_UPDATE_CHECK: "1" };
  // Lazily: what only tests import stays away.
  await run(deno, ["install", "--unstable-npm-lazy-caching", "--entrypoint", ...entries], {
    cwd: app,
    env: cache,
  });
  // Loads everything once as it will be loaded, without a network and without what is set here.
  const args = ["run", "--unstable-npm-lazy-caching", "--cached-only", "-A", "lib/parley.ts"];
  await run(deno, args, { cwd: app, env: cache, clearEnv: true });
}

async function makeEmpty(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    throw new BundleError(`${folder} is not empty: ${name} is in it`);
  }
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

async function run(
  command: string,
  args: string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "clearEnv">,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, ...options }).output();
  if (!success) throw new BundleError(`deno ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
