import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Wire } from "../wire.ts";
import { Screen } from "./screen.ts";
import { Terminal } from "./terminal.ts";

const online = (text: string) => text.includes("2 online");

/** The terminal's user has read the lobby up to `seq`, on some other device. */
async function hasRead({ home, url }: Terminal, seq: number): Promise<void> {
  const kept = await Deno.readTextFile(`${home}/.config/parley/accounts.json`);
  const { token } = JSON.parse(kept).servers[url];
  const { status } = await fetch(`${url}/api/rooms/1/me`, {
    method: "PATCH",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ readSeq: seq }),
  });
  equal(status, 200);
}

Deno.test("two people chat; the screen shows messages, members and who types, and goes as it came", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  using bob = await Wire.join(server, "Bob");
  await bob.say("welcome");
  await hasRead(terminal, 1);
  await bob.say("and now this");
  await using screen = new Screen(terminal, ["join", "lobby"]);

  const { rows } = await screen.until((text) => online(text) && text.includes("now this"));
  match(rows[0] ?? "", /^#lobby/);
  ok(rows.some((row) => /│ Ann\s*$/.test(row)) && rows.some((row) => /│ Bob\s*$/.test(row)));
  const news = rows.findIndex((row) => row.startsWith("── new ──"));
  match(rows[news - 1] ?? "", /welcome/);
  match(rows[news + 1] ?? "", /and now this/);

  await screen.type("héllo 你好 👩‍💻");
  const typed = await screen.until((text) => text.includes("> héllo 你好"));
  equal(typed.cursor[0], 23);
  await bob.next("typing");
  await screen.type("\r");
  equal(
    (await bob.where(({ message }) => message?.sender === "Ann")).message.text,
    "héllo 你好 👩‍💻",
  );
  await screen.until((text) => /Ann: héllo 你好/.test(text) && /^>\s*$/m.test(text));

  bob.send({ type: "typing", roomId: 1 });
  await screen.until((text) => text.includes("Bob is typing…"));

  await screen.type("\x03");
  equal(await screen.end(), 0);
  equal(screen.shown.alternate, false);
});

Deno.test("long and wide texts wrap, in a small window and after it changed", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  using bob = await Wire.join(server, "Bob");
  await bob.say(`start ${"漢字".repeat(60)} end`);
  await using screen = new Screen(terminal, ["join", "lobby"], [8, 30]);

  const small = await screen.until((text) => text.includes("end"));
  equal(small.rows.length, 8);
  equal((small.rows.join("").match(/漢字/g) ?? []).length > 10, true);

  await screen.resize(24, 120);
  const large = await screen.until((text, { rows }) =>
    rows.length === 24 && text.includes("start")
  );
  ok(large.rows.some((row) => row.includes("│ Bob")));
  await screen.resize(2, 10);
  await screen.type("x");
  await screen.until((_, { rows }) => rows.length === 2 && rows[1] === "> x");
});

Deno.test("one scrolls back through the whole history, and stays there while others write", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  using bob = await Wire.join(server, "Bob");
  for (let i = 1; i <= 130; i++) await bob.say(`number ${i}.`);
  await using screen = new Screen(terminal, ["join", "lobby"]);

  await screen.until((text) => text.includes("number 130."));
  const top = (text: string) => text.includes("number 1.");
  while (!top(screen.shown.rows.join("\n"))) {
    const before = screen.shown.rows.join("\n");
    await screen.type("\x1b[5~");
    await screen.until((text) => text !== before);
  }
  await bob.say("latest news");
  const shown = await screen.until((text) => /↓ \d+ more/.test(text) && top(text));
  ok(!shown.rows.join("\n").includes("latest news"));

  await screen.type("\x1b");
  await screen.until((text) => text.includes("latest news"));
});

Deno.test("what is written while the server is away is sent when it is back", async () => {
  await using folder = await tempDir();
  const start = (env = {}) => startServer({ dataDir: folder.path, env });
  const port = (server: Server) => ({ PORT: new URL(server.url).port });
  let server = await start();
  await using terminal = await Terminal.guest(server.url, "Ann");
  await using screen = new Screen(terminal, ["join", "lobby"]);
  await screen.until((text) => text.includes("1 online"));

  await server.kill();
  await screen.until((text) => text.includes("reconnecting…"));
  await screen.type("are you there?\r");
  await screen.until((text) => text.includes("… are you there?"));
  await screen.type("\x03");
  await screen.until((text) => text.includes("Ctrl-C again"));
  server = await start(port(server));
  await screen.until((text) => text.includes("Ann: are you there?"));
  await server.stop();
});

Deno.test("nobody can write on a screen by what they say; a paste is not sent by its lines", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  using bob = await Wire.join(server, "Bob");
  await bob.say("\x1b[2J\x1b[1;1Howned\u202e\x07");
  await using screen = new Screen(terminal, ["join", "lobby"]);
  const { rows } = await screen.until((text) => online(text) && text.includes("owned"));
  match(rows[0] ?? "", /^#lobby/);

  await screen.type("\x1b[200~one\rtwo\x1b[201~");
  await screen.until((text) => text.includes("> one⏎two"));
  await screen.type("\r");
  equal((await bob.where(({ message }) => message?.sender === "Ann")).message.text, "one\ntwo");
});

Deno.test("a terminal is left as it was also when the chat is ended from outside", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  await using screen = new Screen(terminal, ["join", "lobby"]);
  await screen.until((text, { alternate }) => alternate && text.includes("1 online"));
  // A hidden group that its user is put out of, or a session that ends, takes this way, too.
  await terminal.run(["logout"]);
  await server.kill();
  await using again = await startServer({
    dataDir: server.dataDir,
    env: { PORT: new URL(server.url).port },
  });
  equal(await screen.end(), 3);
  equal(screen.shown.alternate, false);
  match(screen.shown.rows.join("\n"), /Run: parley login/);
  await again.stop();
});

Deno.test("a password is asked for and not shown", async () => {
  await using server = await startServer();
  await fetch(`${server.url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "Bea", password: "correct horse battery staple" }),
  });
  await using terminal = await Terminal.open(server.url);
  await using screen = new Screen(terminal, ["login"]);
  await screen.until((text) => text.includes("Name:"));
  await screen.type("Bea\r");
  await screen.until((text) => text.includes("Password:"));
  await screen.type("correct horse battery stapler\x7f\r");
  equal(await screen.end(), 0);
  match(screen.shown.rows.join("\n"), /You are Bea/);
  ok(!screen.shown.rows.join("\n").includes("horse"));
});
