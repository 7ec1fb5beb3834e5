/**
 * Uses a bundle as people would, on a machine without a network: `offline.ts BUNDLE FOLDER`.
 * Prints what it found, in JSON. Run by `bundle_test.ts`.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { signIn } from "../browserless.ts";
import { ask } from "../api/ask.ts";

const [bundle = "", folder = ""] = Deno.args;
const program = join(bundle, "parley");
const dataDir = join(folder, "elsewhere");

const server = await start({});
const ann = await signIn(server, "ann");
using wire = await ann.join(1);
await wire.say("nothing is needed from outside");
const home = await (await ann.get("/rooms/1")).text();
const linked = home.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css)[^"]*)"/g).map(([, url = ""]) =>
  url
);
const needed = [...linked, "/api/docs", "/api/docs/swagger-ui-bundle.js", "/api/openapi.json"];
const statuses = await Promise.all(needed.map(async (url) => {
  const answer = await ann.get(url);
  await answer.body?.cancel();
  return answer.status;
}));
const registered = await ask(server, "POST", "/api/auth/register", {
  body: { username: "bob", password: "a good password" },
});
// One red pixel: pictures are read by native code.
const pixel = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
);
const picture = await fetch(`${server.url}/api/profile/avatar`, {
  method: "PUT",
  headers: { authorization: `Bearer ${registered.body.token}`, "content-type": "image/png" },
  body: pixel,
});
await picture.body?.cancel();
const copied = await run("backup", join(folder, "copy"));
wire.socket.terminate();
await server.stop();
const restored = await run("restore", join(folder, "copy"), { DATA_DIR: dataDir });

const again = await start({ DATA_DIR: dataDir });
const { body: login } = await ask(again, "POST", "/api/auth/login", {
  body: { username: "bob", password: "a good password" },
});
const history = await ask(again, "GET", "/api/rooms/1/messages", { token: login.token });
await again.stop();

// An address of nobody (RFC 5737): without a network it can't even be tried.
const outside = Deno.connect({ hostname: "192.0.2.1", port: 80 });
const network = await outside.then(() => "there", () => "none");

console.log(JSON.stringify({
  network,
  needed: needed.length,
  statuses: [...new Set(statuses)],
  registered: registered.status,
  picture: picture.status,
  copied: copied.code,
  restored: restored.code,
  texts: history.body.messages.map(({ text }: { text: string }) => text),
}));
// Time-outs of what was waited for would keep it.
Deno.exit();

/** Starts the bundle in the folder, with nothing but this in its environment. */
async function start(env: Record<string, string>) {
  const process = command([], { PORT: "0", ...env }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream() as never) as ReadableStream;
  const reader: ReadableStreamDefaultReader<string> = lines.getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the bundle did not start: ${said}`);
    said += value;
  }
  return {
    url: /http:\/\/\S+/.exec(said)?.[0] ?? "",
    async stop() {
      process.kill("SIGTERM");
      await reader.cancel();
      assert.equal((await process.status).code, 0);
    },
  };
}

async function run(task: string, argument: string, env: Record<string, string> = {}) {
  const process = command([task, argument], env).spawn();
  await process.stdout.cancel();
  return await process.status;
}

function command(args: string[], env: Record<string, string>): Deno.Command {
  const options = { cwd: folder, clearEnv: true, stdout: "piped", stderr: "inherit" } as const;
  return new Deno.Command(program, { args, env, ...options });
}
