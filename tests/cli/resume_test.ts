import { deepStrictEqual as equal } from "node:assert/strict";
import { type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Terminal } from "./terminal.ts";

/** Reads lines of JSON from a process until `enough`. */
class Lines {
  readonly texts: string[] = [];
  #rest = "";
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** @throws {Error} when the process ends before that */
  async until(enough: (texts: readonly string[]) => boolean): Promise<void> {
    while (!enough(this.texts)) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`it ended after ${this.texts.length} lines`);
      const parts = (this.#rest + this.#decoder.decode(value, { stream: true })).split("\n");
      this.#rest = parts.pop() ?? "";
      this.texts.push(...parts.map((line) => (JSON.parse(line) as { text: string }).text));
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

const samePort = (server: Server) => ({ PORT: new URL(server.url).port });

Deno.test("the server is killed while lines are sent and followed: none is lost or doubled", async () => {
  await using folder = await tempDir();
  const start = (env = {}) => startServer({ dataDir: folder.path, env });
  let server = await start();
  await using sender = await Terminal.guest(server.url, "Ann");
  await using reader = await Terminal.guest(server.url, "Bob");
  await sender.run(["send", "lobby", "the first"]);
  const following = reader.spawn(["tail", "lobby", "--json", "--lines", "1"]);
  const lines = new Lines(following.stdout);
  await lines.until((texts) => texts.length > 0);

  const sent = Array.from({ length: 1500 }, (_, i) => `line ${i}`);
  const sending = sender.run(["send", "lobby"], sent.join("\n"));
  for (const part of [100, 500, 900]) {
    await lines.until((texts) => texts.includes(`line ${part}`));
    await server.kill();
    server = await start(samePort(server));
  }

  const { code, stderr } = await sending;
  equal({ code, stderr }, { code: 0, stderr: "" });
  await lines.until((texts) => texts.includes("line 1499"));
  equal(lines.texts, ["the first", ...sent]);
  following.kill("SIGINT");
  await lines.close();
  await following.stderr.cancel();
  equal((await following.status).code, 130);
  await server.stop();
});

Deno.test("tail goes on after a seq, and ends quietly when its reader has enough", async () => {
  await using server = await startServer();
  await using terminal = await Terminal.guest(server.url, "Ann");
  const sent = Array.from({ length: 300 }, (_, i) => `line ${i}`);
  equal((await terminal.run(["send", "lobby"], sent.join("\n"))).code, 0);

  const following = terminal.spawn(["tail", "lobby", "--json", "--after", "20"]);
  const lines = new Lines(following.stdout);
  await lines.until((texts) => texts.length >= 280);
  equal(lines.texts, sent.slice(20));

  await lines.close();
  equal((await terminal.run(["send", "lobby", "nobody reads this"])).code, 0);
  const { code } = await following.status;
  equal({ code, stderr: await new Response(following.stderr).text() }, { code: 0, stderr: "" });
});

Deno.test("a server that is killed while a long absence is read up on changes nothing", async () => {
  await using folder = await tempDir();
  const start = (env = {}) => startServer({ dataDir: folder.path, env });
  let server = await start();
  await using terminal = await Terminal.guest(server.url, "Ann");
  // More than pipes hold: the reader below stands still in the middle of it.
  const sent = Array.from({ length: 700 }, (_, i) => `line ${i} ${"x".repeat(3000)}`);
  equal((await terminal.run(["send", "lobby"], sent.join("\n"))).code, 0);

  const following = terminal.spawn(["tail", "lobby", "--json", "--after", "0"]);
  const lines = new Lines(following.stdout);
  await lines.until((texts) => texts.length > 0);
  await server.kill();
  server = await start(samePort(server));
  await lines.until((texts) => texts.length >= 700);
  equal(lines.texts, sent);

  following.kill("SIGINT");
  await lines.close();
  await following.stderr.cancel();
  await following.status;
  await server.stop();
});
