/** A program for which a generator made the client, from nothing but the API's own document. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { tool } from "../tools.ts";
import { ask } from "./ask.ts";

/** As its author would write it; the generated types check each field that it names. */
const PROGRAM = `
import { client } from "./client/client.gen.ts";
import * as parley from "./client/sdk.gen.ts";

const baseUrl = Deno.args[0];
if (baseUrl === undefined) throw new Error("where is the server?");
client.setConfig({ baseUrl });
const throwOnError = true;

const refused = await parley.getProfile();
const login = await parley.postAuthLogin({
  body: { username: "robot", password: "a good password" },
  throwOnError,
});
client.setConfig({ auth: login.data.token });
const room = await parley.postRooms({ body: { name: "reports" }, throwOnError });
const path = { id: String(room.data.id) };
const send = (text: string) =>
  parley.postRoomsIdMessages({ path, body: { text, txnId: "report-1" }, throwOnError });
const first = await send("all is well");
const again = await send("all is well");
const page = await parley.getRoomsIdMessages({ path, query: { limit: "10" }, throwOnError });

console.log(JSON.stringify({
  refused: refused.error?.error.code,
  name: login.data.user.name,
  sentOnce: first.data.id === again.data.id,
  texts: page.data.messages.map((message) => \`\${message.sender}: \${message.text}\`),
}));
`;

Deno.test("a generated client logs in, makes a room, sends, and reads it back", async () => {
  await using server = await startServer();
  await using dir = await tempDir();
  const robot = { username: "robot", password: "a good password" };
  assert.equal((await ask(server, "POST", "/api/auth/register", { body: robot })).status, 201);

  const document = join(dir.path, "openapi.json");
  await Deno.writeTextFile(document, await (await fetch(`${server.url}/api/openapi.json`)).text());
  await tool("generate_client", document, join(dir.path, "client"));
  const program = join(dir.path, "program.ts");
  await Deno.writeTextFile(program, PROGRAM);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--check", "--no-config", "--allow-net=127.0.0.1", program, server.url],
    env: { NO_COLOR: "1" },
  }).output();

  assert.ok(success, new TextDecoder().decode(stderr));
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
    refused: "unauthenticated",
    name: "robot",
    sentOnce: true,
    texts: ["robot: all is well"],
  });
});
