/** The TCP and UDP gateways: the same promises as the socket's, by lines and datagrams. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { fileURLToPath } from "node:url";
import { connect as connectTls } from "node:tls";
import { createLog } from "@/lib/log.ts";
import type { Session } from "@/lib/session/session.ts";
import { serveTcp } from "@/lib/transport/tcp.ts";
import { ask, guest } from "../api/ask.ts";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { tempDir, until } from "../temp.ts";
import { LineClient } from "./line_client.ts";
import { ports } from "./ports.ts";

const env = { TCP_PORT: "0", UDP_PORT: "0" };

const message = (text: string, txnId?: string) => ({ type: "message", roomId: 1, text, txnId });

Deno.test("a short script holds the whole conversation over TCP and UDP", async () => {
  await using server = await startServer({ env });
  const { tcp, udp } = ports(server);
  using ann = await (await signIn(server, "ann")).join(1);
  const token = await guest(server, "script");
  const script = fileURLToPath(new URL("conversation.py", import.meta.url));
  const args = [script, String(tcp), String(udp), "script", "ann", token];
  const process = new Deno.Command("python3", { args, stdout: "piped", stderr: "piped" }).spawn();
  assert.equal((await ann.next("message")).message.text, "hello from script");
  const { user, status, text } = await ann.next("status");
  assert.deepEqual([user.name, status, text], ["script", "busy", "in a script"]);
  assert.equal((await ann.next("typing")).user.name, "script");
  await ann.say("hello, script");
  const { code, stdout, stderr } = await process.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
    heard: "hello, script",
    seq: 1,
  });
});

Deno.test("who says all at once and hangs up hears what became of it", async () => {
  await using server = await startServer({ env });
  const token = await guest(server, "pipe");
  const sends = Array.from({ length: 200 }, (_, n) => message(`line ${n}`, `t${n}`));
  using client = LineClient.open(
    ports(server).tcp,
    { type: "auth", token },
    { type: "join", roomId: 1 },
    ...sends,
  );
  client.socket.end();
  await client.ended;
  const acks = client.frames.filter(({ type }) => type === "ack");
  assert.deepEqual(acks.map(({ txnId }) => txnId), sends.map(({ txnId }) => txnId));
  assert.equal(client.frames.filter(({ type }) => type === "message").length, 200);
});

Deno.test("after a kill -9 nothing acknowledged is lost, and nothing sent again is doubled", async () => {
  await using dir = await tempDir();
  const acked = new Set<string>();
  let after = 0;
  for (let round = 0; round < 4; round++) {
    await using server = await startServer({ dataDir: dir.path, env });
    using client = LineClient.open(ports(server).tcp, {
      type: "join",
      roomId: 1,
      username: "ann",
      after,
    });
    await client.where(({ type }) => type === "joined");
    // All that was sent so far goes again, with what is new.
    const txnIds = Array.from({ length: (round + 1) * 50 }, (_, n) => `t${n}`);
    client.send(...txnIds.map((txnId) => message(`text of ${txnId}`, txnId)));
    await client.where(({ type, txnId }) => type === "ack" && txnId === `t${round * 50 + 25}`);
    await server.kill();
    await client.ended;
    for (const { type, txnId } of client.frames) if (type === "ack") acked.add(txnId);
    const seqs = client.frames.filter(({ type }) => type === "message").map((f) => f.message.seq);
    assert.deepEqual(seqs, seqs.map((_, n) => after + n + 1), "exactly what was missed");
    after += seqs.length;
  }
  await using server = await startServer({ dataDir: dir.path });
  const token = await guest(server, "reader");
  const texts: string[] = [];
  for (let before = 1e9; before > 1;) {
    const path = `/api/rooms/1/messages?limit=100&before=${before}`;
    const { body: { messages } } = await ask(server, "GET", path, { token });
    texts.unshift(...messages.map(({ text }: { text: string }) => text));
    before = messages[0]?.seq ?? 1;
  }
  assert.equal(new Set(texts).size, texts.length, "none is doubled");
  for (const txnId of acked) assert.ok(texts.includes(`text of ${txnId}`), txnId);
});

Deno.test("sockets, lines and REST agree on one order", async () => {
  await using server = await startServer({ env });
  const { tcp } = ports(server);
  const ann = await signIn(server, "ann");
  using socket = await ann.join(1);
  const token = await guest(server, "line");
  using line = LineClient.open(tcp, { type: "auth", token }, { type: "join", roomId: 1 });
  await line.where(({ type }) => type === "joined");
  for (let n = 0; n < 60; n++) {
    line.send(message(`line ${n}`));
    socket.send(message(`socket ${n}`));
    ask(server, "POST", "/api/rooms/1/messages", { token: ann.token, body: { text: `rest ${n}` } });
  }
  const heard = () =>
    line.frames.filter(({ type }) => type === "message").map(({ message }) => message.text);
  await until(() => heard().length === 180 && socket.texts.length === 180);
  assert.deepEqual(heard(), socket.texts);
});

Deno.test("garbage, too long a line and a client without a name are told what is wrong", async () => {
  await using server = await startServer({ env: { ...env, MAX_FRAME_BYTES: "2000" } });
  const { tcp } = ports(server);
  using client = LineClient.open(tcp);
  client.socket.write("\r\nnot json\n");
  assert.equal((await client.where(({ type }) => type === "error")).code, "invalid_message");
  client.socket.write(new Uint8Array([0xff, 0xfe, 0x0a]));
  await client.where(({ message }) => /UTF-8/.test(message));
  client.send({ type: "join", roomId: 1 });
  await client.where(({ code }) => code === "unauthenticated");
  client.socket.write("x".repeat(3000));
  await client.ended;
  assert.equal(client.frames.at(-1)?.code, 1009);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

Deno.test("who does not read is caught up or closed, and others go on", async () => {
  await using server = await startServer({ env });
  const ann = await signIn(server, "ann");
  using socket = await ann.join(1);
  using slow = LineClient.open(ports(server).tcp, { type: "join", roomId: 1, username: "slow" });
  await slow.where(({ type }) => type === "joined");
  slow.socket.pause();
  const text = "x".repeat(7000);
  for (let n = 0; n < 1500; n++) assert.equal((await socket.say(`${n} ${text}`)).type, "ack");
  slow.socket.resume();
  const seen = () => slow.frames.filter(({ type }) => type === "message").length;
  await until(() => seen() === 1500 || slow.socket.closed);
  const seqs = slow.frames.filter(({ type }) => type === "message").map((f) => f.message.seq);
  assert.deepEqual(seqs, seqs.map((_, n) => n + 1), "what came is in order and without holes");
});

/** Makes a key and a certificate for it, as files in a folder. */
async function certificate(dir: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [`${dir}/key.pem`, `${dir}/cert.pem`];
  const made = await new Deno.Command("openssl", {
    args: ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
      .concat(["-keyout", key, "-out", cert]),
    stderr: "null",
  }).output();
  assert.equal(made.code, 0);
  return { key, cert };
}

Deno.test("who never finishes TLS's handshake is not waited for", async () => {
  await using dir = await tempDir();
  const { key, cert } = await certificate(dir.path);
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    key: await Deno.readTextFile(key),
    cert: await Deno.readTextFile(cert),
  });
  const gone = Promise.withResolvers<void>();
  const session = {
    identified: false,
    reject() {},
    receive() {},
    settled: () => Promise.resolve(),
    closed: gone.resolve,
  };
  const gateway = serveTcp(listener, {
    maxLineBytes: 1000,
    open: (transport) => {
      transport.send("hello");
      return session as unknown as Session;
    },
    log: createLog({ format: "json", level: "error" }),
    identifyMs: 20,
    farewellMs: 20,
  });
  using _silent = await Deno.connect({ hostname: "127.0.0.1", port: gateway.addr.port });
  await gone.promise;
  gateway.close();
});

Deno.test("with a certificate the lines go through TLS", async () => {
  await using dir = await tempDir();
  const { key, cert } = await certificate(dir.path);
  await using server = await startServer({ env: { ...env, TLS_CERT: cert, TLS_KEY: key } });
  const { tcp: port } = ports(server);
  using client = new LineClient(connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false }));
  client.send({ type: "join", roomId: 1, username: "ann" }, message("in secret", "t1"));
  await client.where(({ type }) => type === "ack");
});

Deno.test("datagrams: never more bytes than came, garbage is dropped and counted", async () => {
  await using server = await startServer({ env });
  const { udp } = ports(server);
  const socket = createSocket("udp4");
  const answers: string[] = [];
  socket.on("message", (data) => answers.push(String(data)));
  const send = (text: string | Uint8Array) =>
    new Promise((resolve) => socket.send(text, udp, "127.0.0.1", resolve));
  for (const garbage of ["", "{", "[]", '{"type":"pong"}', '{"type":"ping",', "x".repeat(1300)]) {
    await send(garbage);
  }
  await send('{"type":"status","token":"nobody","status":"busy"}');
  await send('{"type": "ping", "txnId": "p1"}');
  await until(() => answers.length > 0);
  assert.deepEqual(answers.map((text) => JSON.parse(text)), [{ type: "pong", txnId: "p1" }]);
  for (let n = 0; n < 200; n++) await send('{"type":"ping"}');
  await until(async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const dropped = Number(/parley_datagrams_dropped_total (\d+)/.exec(metrics)?.[1]);
    return dropped > 100;
  });
  assert.ok(answers.length < 100, "an address that asks too often is not answered");
  socket.close();
});
