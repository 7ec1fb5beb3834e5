import { deepStrictEqual as equal, match, ok } from "node:assert/strict";
import { startServer } from "../parley.ts";
import { Wire } from "../wire.ts";
import { Terminal } from "./terminal.ts";

const texts = (json: string) =>
  json.trim().split("\n").map((line) => (JSON.parse(line) as { text: string }).text);

Deno.test("a guest logs in, sends, reads and logs out; the token file is theirs alone", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.open(server.url);

  const early = await terminal.run(["rooms"]);
  equal(early.code, 3);
  match(early.stderr, /Run: parley login/);

  equal((await terminal.run(["login", "--guest", "Ann"])).code, 0);
  const { mode } = await Deno.stat(`${terminal.home}/.config/parley/accounts.json`);
  equal((mode ?? 0) & 0o777, 0o600);

  equal((await terminal.run(["send", "lobby", "hello", "there"])).code, 0);
  const { code, stdout } = await terminal.run(["history", "#Lobby", "--json"]);
  equal(code, 0);
  equal(texts(stdout), ["hello there"]);
  match((await terminal.run(["rooms"])).stdout, /1 {2}#lobby/);

  equal((await terminal.run(["logout"])).code, 0);
  equal((await terminal.run(["send", "lobby", "again"])).code, 3);
});

Deno.test("name, password and token are taken from a pipe; a wrong password is told", async () => {
  await using server = await startServer();
  const account = { username: "Bea", password: "correct horse battery staple" };
  const made = await fetch(`${server.url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(account),
  });
  const { token } = await made.json();
  await using terminal = await Terminal.open(server.url);

  const wrong = await terminal.run(["login"], "Bea\nnot it at all\n");
  equal(wrong.code, 3);
  ok(wrong.stderr.length > 10);
  equal((await terminal.run(["login"], `Bea\n${account.password}\n`)).code, 0);
  equal((await terminal.run(["login", "--token"], `${token}\n`)).code, 0);
  match((await terminal.run(["login", "--token"], "no such token\n")).stderr, /no token/);
});

Deno.test("what can't be done is said with an exit code of its own", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  const code = async (...args: string[]) => (await terminal.run(args)).code;

  equal(await code("history", "nowhere"), 5);
  equal(await code("history", "4711"), 5);
  equal(await code("send", "@nobody-of-that-name", "hi"), 5);
  equal(await code("histroy", "lobby"), 2);
  equal(await code("history", "lobby", "--limit", "-3"), 2);
  equal(await code("export", "lobby", "--format", "pdf"), 2);
  equal(await code("tail", "--help"), 0);
  await server.stop();
  const away = await terminal.run(["send", "lobby", "hi", "--timeout", "1"]);
  equal(away.code, 4);
  match(away.stderr, /can't be reached/);
});

Deno.test("a thousand lines of a pipe are a thousand messages in their order", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}`);

  equal((await terminal.run(["send", "lobby"], lines.join("\n") + "\n")).code, 0);

  const { stdout } = await terminal.run(["history", "lobby", "--limit", "2000", "--json"]);
  equal(texts(stdout), lines);
  const exported = await terminal.run(["export", "lobby"]);
  const { messages } = JSON.parse(exported.stdout) as { messages: { text: string }[] };
  equal(messages.map(({ text }) => text), lines);
});

Deno.test("--one makes one message of all lines; --id twice makes one message", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");

  equal((await terminal.run(["send", "lobby", "--one"], "a\nb\n")).code, 0);
  for (const _ of [1, 2]) {
    equal((await terminal.run(["send", "lobby", "--id", "deploy-42", "done"])).code, 0);
  }

  const { stdout } = await terminal.run(["history", "lobby", "--json"]);
  equal(texts(stdout), ["a\nb", "done"]);
});

Deno.test("a message that the server refuses fails the command and is quoted", async () => {
  await using server = await startServer({ env: { MAX_TEXT_LENGTH: "10" } });
  await using terminal = await Terminal.guest(server.url, "Ann");
  const { code, stderr } = await terminal.run(["send", "lobby", "far too long for here"]);
  equal(code, 1);
  match(stderr, /It was: "far too long for here"/);

  const piped = await terminal.run(["send", "lobby"], "one\ntwo\nfar too long for here\nfour\n");
  equal(piped.code, 1);
  match(piped.stderr, /The 2 before it are sent/);
  equal(texts((await terminal.run(["history", "lobby", "--json"])).stdout), ["one", "two"]);
});

Deno.test("what was changed, deleted or reacted to is shown as it is now", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  using bob = await Wire.join(server, "Bob");
  const first = await bob.say("helo");
  const second = await bob.say("a secret");
  bob.send({ type: "edit", roomId: 1, id: first.id, text: "hello" });
  bob.send({ type: "react", roomId: 1, id: first.id, emoji: "👍" });
  bob.send({ type: "delete", roomId: 1, id: second.id });
  await bob.next("message_deleted");

  const shown = await terminal.run(["history", "lobby"]);
  match(shown.stdout, /hello \(edited\)\n {4}\[👍 1\]\n.*\(deleted\)\n$/);
  const markdown = await terminal.run(["export", "lobby", "--format", "md"]);
  match(markdown.stdout, /> hello \\\(edited\\\) {2}\n> \\\[👍 1\\\]\n[^]*> \\\(deleted\\\)\n$/);
  const { stdout } = await terminal.run(["export", "lobby", "--format", "html"]);
  match(stdout, /hello \(edited\)\n\[👍 1\]<\/p>[^]*\(deleted\)<\/p>/);
});

Deno.test("no message can write commands to a terminal, nor markup into a document", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  using other = await Wire.join(server, "Mallory");
  await other.say("\x1b]0;owned\x07\x1b[2J\u009b31m\u202etxt.exe\n<script>alert(1)</script>");

  for (
    const args of [
      ["history", "lobby"],
      ["history", "lobby", "--json"],
      ["export", "lobby", "--format", "md"],
      ["export", "lobby", "--format", "html"],
    ]
  ) {
    const { code, stdout } = await terminal.run(args);
    equal(code, 0);
    // deno-lint-ignore no-control-regex -- that none comes through is the promise
    ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(stdout), JSON.stringify(stdout));
  }
  const { stdout } = await terminal.run(["export", "lobby", "--format", "html"]);
  match(stdout, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
});

Deno.test("each shell gets a script that knows every command", async () => {
  await using terminal = await Terminal.open("http://127.0.0.1:1");
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = await terminal.run(["completions", shell]);
    equal(code, 0);
    for (const word of ["login", "tail", "export", "timeout", "html"]) {
      ok(stdout.includes(word), `${shell}: ${word}`);
    }
  }
  const { stdout } = await terminal.run(["completions", "bash"]);
  const completed = await new Deno.Command("bash", {
    args: ["-c", `${stdout}\nCOMP_WORDS=(parley ex); COMP_CWORD=1; _parley; echo $COMPREPLY`],
  }).output();
  equal(new TextDecoder().decode(completed.stdout).trim(), "export");
});
