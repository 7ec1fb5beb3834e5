/**
 * The gateways, one thing at a time: TCP from send to ack, UDP from ping to pong, each beside a bare
 * echo that Deno serves. `deno run -A bench/gateways.ts [--count 2000] [--rounds 3]`
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { parseArgs } from "node:util";
import { v7 as uuidv7 } from "uuid";
import { ports } from "../tests/transport/ports.ts";
import { moveToCpu1, startOnCpu0 } from "./alone.ts";
import { medians, print, quantile, type Row } from "./figures.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "2000" },
    rounds: { type: "string", default: "3" },
  },
});
const count = Number(values.count);
/** How many of these are not counted, at first. */
const WARM_UP = 200;

await moveToCpu1();
const rows: Row[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  await using server = await startOnCpu0({
    env: { TCP_PORT: "0", UDP_PORT: "0", RATE_MESSAGES_PER_SECOND: "0", LOG_LEVEL: "error" },
  });
  const { tcp, udp } = ports(server);
  rows.push(row("TCP, send to ack", await overTcp(tcp, parleyMessage, /"type":"ack"/)));
  rows.push(row("UDP, ping to pong", await overUdp(udp, '{"type":"ping"}')));
  await using bare = await startEcho();
  rows.push(row("TCP, bare echo", await overTcp(bare.tcp, () => "hello\n", /hello/)));
  rows.push(row("UDP, bare echo", await overUdp(bare.udp, '{"type":"ping"}')));
}
print("gateways", medians(rows));
Deno.exit(0);

function row(what: string, times: readonly number[]): Row {
  return { what, "p50 ms": quantile(times, 0.5), "p99 ms": quantile(times, 0.99) };
}

function parleyMessage(n: number): string {
  const text = `message ${n}, as long as what people write to each other at work`;
  return JSON.stringify({ type: "message", roomId: 1, text, txnId: uuidv7() }) + "\n";
}

/** How long each answer took, in milliseconds; the next question waits for it. */
async function overTcp(
  port: number,
  question: (n: number) => string,
  answer: RegExp,
): Promise<number[]> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  socket.setEncoding("utf8");
  if (question === parleyMessage) {
    socket.write('{"type":"join","roomId":1,"username":"talker"}\n');
    while (!String(await once(socket, "data")).includes('"joined"'));
  }
  const times: number[] = [];
  for (let n = 0; n < count + WARM_UP; n++) {
    const start = performance.now();
    socket.write(question(n));
    while (!answer.test(String(await once(socket, "data"))));
    times.push(performance.now() - start);
  }
  socket.destroy();
  return times.slice(WARM_UP);
}

async function overUdp(port: number, question: string): Promise<number[]> {
  const socket = createSocket("udp4");
  const times: number[] = [];
  // No faster than the gateway lets one address go.
  for (let n = 0; n < Math.min(count, 200); n++) {
    const start = performance.now();
    socket.send(question, port, "127.0.0.1");
    await once(socket, "message");
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  socket.close();
  return times.slice(20);
}

/** Deno, echoing lines and datagrams, on CPU 0. */
async function startEcho(): Promise<AsyncDisposable & { tcp: number; udp: number }> {
  const file = new URL("peers/deno_echo.mjs", import.meta.url).pathname;
  const process = new Deno.Command("taskset", {
    args: ["-c", "0", Deno.execPath(), "run", "-A", "--unstable-net", file],
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { tcp, udp } = JSON.parse((await reader.read()).value ?? "{}");
  return {
    tcp,
    udp,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await reader.cancel();
    },
  };
}
