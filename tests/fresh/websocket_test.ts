/** WebSockets of the sample app. */
import assert from "node:assert/strict";
import { type Sample, sampleTest } from "./sample.ts";

sampleTest("app.ws() opens WebSockets, and answers 400 to anything else", async (sample) => {
  const plain = await sample.get("/ws/echo");
  assert.deepEqual([plain.status, plain.text], [400, "Expected a WebSocket upgrade request"]);
  const socket = await open(sample, "/ws/echo");
  assert.equal(await socket.next(), "hello");
  socket.ws.send("x");
  assert.equal(await socket.next(), "echo:x");
  await socket.close();
});

sampleTest("ctx.upgrade() gives a route the socket", async (sample) => {
  const [a, b] = await Promise.all([open(sample, "/api/live"), open(sample, "/api/live")]);
  // The server may open the second socket a moment after the browser's side is open.
  const seen = b.next();
  const again = setInterval(() => a.ws.send("yo"), 10);
  assert.equal(await seen, "yo");
  clearInterval(again);
  await Promise.all([a.close(), b.close()]);
});

interface Socket {
  readonly ws: WebSocket;
  /** The next message. */
  next(): Promise<unknown>;
  close(): Promise<void>;
}

async function open(sample: Sample, path: string): Promise<Socket> {
  const ws = new WebSocket(sample.url.replace(/^http/, "ws") + path);
  const waiting: ((message: unknown) => void)[] = [];
  const arrived: unknown[] = [];
  ws.onmessage = ({ data }) => {
    const take = waiting.shift();
    if (take === undefined) arrived.push(data);
    else take(data);
  };
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  ws.onopen = () => opened.resolve();
  ws.onerror = () => opened.reject(new Error(`no WebSocket at ${path}`));
  ws.onclose = () => closed.resolve();
  await opened.promise;
  return {
    ws,
    next: () =>
      arrived.length > 0
        ? Promise.resolve(arrived.shift())
        : new Promise((resolve) => waiting.push(resolve)),
    async close() {
      ws.close();
      await closed.promise;
    },
  };
}
