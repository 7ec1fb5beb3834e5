/**
 * The conversation that a chat must hold, with no client at all: somebody at a shell types lines
 * into `nc` or `socat`. Written from the gateways' page of the protocol alone.
 */
import assert from "node:assert/strict";
import { guest } from "../api/ask.ts";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { until } from "../temp.ts";
import type { Frame } from "../wire.ts";
import { is, Pipe } from "./pipe.ts";
import { ports } from "./ports.ts";

const env = { TCP_PORT: "0", UDP_PORT: "0" };

/** A program that carries bytes, and how it is called. */
interface Tool {
  readonly name: string;
  readonly installed: boolean;
  readonly tcp: (port: number) => string[];
  readonly udp: (port: number) => string[];
}

const tools: Tool[] = [
  {
    name: "nc",
    // Other programs of that name know other options.
    installed: await is("nc", "-h", "OpenBSD"),
    tcp: (port) => ["nc", "-N", "127.0.0.1", String(port)],
    udp: (port) => ["nc", "-u", "127.0.0.1", String(port)],
  },
  {
    name: "socat",
    installed: await is("socat", "-V", "socat"),
    // Without `-t` it hangs up half a second after the last word, whatever comes.
    tcp: (port) => ["socat", "-t", "20", "-", `TCP:127.0.0.1:${port}`],
    udp: (port) => ["socat", "-", `UDP:127.0.0.1:${port}`],
  },
];

const message = (text: string, txnId?: string) => ({ type: "message", roomId: 1, text, txnId });
const texts = (messages: Frame[]) => messages.map(({ text }) => text);

/** A test with one of the programs; said aloud when it is not there. */
function withTool(promise: string, tool: Tool, test: () => Promise<void>): void {
  Deno.test(`${tool.name}: ${promise}`, async () => {
    if (!tool.installed) return console.warn(`SKIPPED: ${tool.name} is not installed here`);
    await test();
  });
}

for (const tool of tools) {
  withTool("alice and bob talk, alice comes back, reads all of it, and leaves", tool, async () => {
    await using server = await startServer({ env });
    const enter = async (name: string) => {
      const token = await guest(server, name);
      const pipe = new Pipe(tool.tcp(ports(server).tcp));
      await pipe.send({ type: "auth", token });
      // The first greets a stranger.
      while ((await pipe.next("hello")).user?.name !== name);
      await pipe.send({ type: "join", roomId: 1 });
      return { pipe, token, joined: await pipe.next("joined") };
    };
    await using bob = (await enter("bob")).pipe;
    const { pipe, token, joined } = await enter("alice");
    await using alice = pipe;
    assert.deepEqual(joined.members.map(({ name }: Frame) => name), ["bob", "alice"]);
    assert.equal((await bob.next("member_joined")).user.name, "alice");

    const said = [[alice, "hello bob"], [bob, "hello alice"], [alice, "how are you?"]] as const;
    for (const [n, [who, text]] of said.entries()) {
      await who.send(message(text, `t${n}`));
      const ack = await who.next("ack");
      assert.deepEqual([ack.txnId, ack.seq], [`t${n}`, n + 1]);
    }
    await until(() => bob.frames.filter(({ type }) => type === "message").length === 3);
    const heard = bob.frames.filter(({ type }) => type === "message");
    assert.deepEqual(heard.map(({ message: { seq, text } }) => [seq, text]), [
      [1, "hello bob"],
      [2, "hello alice"],
      [3, "how are you?"],
    ]);

    assert.equal(await alice.end(), 0, "who has said all is let go");
    assert.equal((await bob.next("member_left")).user.name, "alice");

    await using again = new Pipe(tool.tcp(ports(server).tcp));
    await again.send({ type: "auth", token }, { type: "join", roomId: 1 }, message("late?", "t0"));
    assert.deepEqual(
      texts((await again.next("joined")).history),
      texts(heard.map((f) => f.message)),
    );
    assert.equal((await again.next("ack")).seq, 1, "said once, whatever connection it comes by");
    await again.send({ type: "history", roomId: 1, limit: 2 });
    assert.deepEqual(texts((await again.next("history")).messages), [
      "hello alice",
      "how are you?",
    ]);
    await again.send({ type: "leave", roomId: 1 });
    assert.equal((await again.next("left")).roomId, 1);
    assert.equal((await bob.next("member_left")).user.name, "alice");
  });

  withTool("a bad line is told with its code and txnId, and the talk goes on", tool, async () => {
    await using server = await startServer({ env: { ...env, MAX_TEXT_LENGTH: "10" } });
    await using pipe = new Pipe(tool.tcp(ports(server).tcp));
    const nack = async (line: string) => {
      await pipe.type(line);
      const errors = () => pipe.frames.filter(({ type }) => type === "error");
      const count = ++nacks;
      await until(() => errors().length === count);
      const { code, txnId, message } = errors().at(-1) ?? {};
      assert.match(message, /^\p{Lu}.+\.$/u, "a sentence for a person");
      return [code, txnId];
    };
    let nacks = 0;
    const line = (frame: Frame) => `${JSON.stringify(frame)}\n`;
    const unknown = { type: "auth", token: "nobody's", txnId: "a" };
    assert.deepEqual(await nack(line(unknown)), ["unauthenticated", "a"]);
    const nameless = { type: "join", roomId: 1, txnId: "a" };
    assert.deepEqual(await nack(line(nameless)), ["unauthenticated", "a"]);
    await pipe.send({ type: "auth", token: await guest(server, "ann") });
    assert.deepEqual(await nack(line(message("hello", "b"))), ["not_joined", "b"]);
    const join = { type: "join", roomId: 999, txnId: "c" };
    assert.deepEqual(await nack(line(join)), ["not_found", "c"]);
    await pipe.send({ type: "join", roomId: 1 });
    for (const text of ["", "  ", "longer than ten", 7]) {
      const bad = { type: "message", roomId: 1, text, txnId: "d" };
      assert.deepEqual(await nack(line(bad)), ["invalid_message", "d"], String(text));
    }
    assert.deepEqual(await nack(line({ type: "shout", txnId: "e" })), ["unknown_type", "e"]);
    for (const garbage of ["hello?\n", "[]\n", "7\n", '{"type":\n']) {
      assert.deepEqual(await nack(garbage), ["invalid_message", undefined], garbage);
    }
    await pipe.send(message("hello", "f"));
    await until(() => pipe.frames.some(({ type, seq }) => type === "ack" && seq === 1));
  });

  withTool("datagrams: ping is answered, status is told, garbage is dropped", tool, async () => {
    await using server = await startServer({ env });
    using ann = await (await signIn(server, "ann")).join(1);
    const token = await guest(server, "shell");
    await using online = new Pipe(tool.tcp(ports(server).tcp));
    await online.send({ type: "auth", token }, { type: "join", roomId: 1 });
    await online.next("joined");

    await using pipe = new Pipe(tool.udp(ports(server).udp));
    const ping = '{"type":"ping"}\n';
    await pipe.type(ping);
    await until(() => pipe.text.length > 0);
    assert.equal(JSON.parse(pipe.text).type, "pong");
    assert.ok(pipe.text.length <= ping.length, "never more bytes than came");

    await pipe.send({ type: "status", token, status: "away", text: "at lunch" });
    const told = await ann.next("status");
    assert.deepEqual([told.user.name, told.status, told.text], ["shell", "away", "at lunch"]);
    await pipe.send({ type: "typing", token, roomId: 1 });
    assert.equal((await ann.next("typing")).user.name, "shell");

    const answered = pipe.text.length;
    const garbage = [
      "hello?\n",
      '{"type":"ping"\n',
      "[]\n",
      '{"type":"message","roomId":1,"text":"not by datagram"}\n',
      '{"type":"status","token":"nobody","status":"busy"}\n',
      `{"type":"status","token":"${token}","status":"asleep"}\n`,
      `${" ".repeat(1200)}{"type":"ping"}\n`,
    ];
    for (const [n, text] of garbage.entries()) {
      await pipe.type(text);
      await until(async () => await dropped(server) === n + 1);
    }
    assert.equal(pipe.text.length, answered, "garbage is not answered");
    await pipe.type(ping);
    await until(() => pipe.text.length > answered);
    assert.equal(ann.frames.filter(({ type }) => type === "status").length, 1);
  });
}

async function dropped(server: { url: string }): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/parley_datagrams_dropped_total (\d+)/.exec(metrics)?.[1] ?? 0);
}
