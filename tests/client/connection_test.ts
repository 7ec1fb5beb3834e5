import assert from "node:assert/strict";
import { Connection, type ConnectionEvents } from "@/lib/client/connection.ts";
import type { SocketEvents } from "@/lib/client/platform.ts";
import type { ServerFrame } from "@/lib/protocol/server_frames.ts";
import { FakeClock } from "./fake_clock.ts";

function setUp() {
  const clock = new FakeClock();
  const sockets: (SocketEvents & { sent: string[]; shut: boolean })[] = [];
  const heard: ServerFrame[] = [];
  const lost: number[] = [];
  const events: ConnectionEvents = {
    opened() {},
    received: (frames) => heard.push(...frames),
    lost: (code) => lost.push(code),
  };
  const connection = new Connection({
    url: "ws://parley.test/ws?batch=1",
    clock,
    random: () => 0.5,
    connect(_url, socketEvents) {
      const socket = { ...socketEvents, sent: [] as string[], shut: false };
      sockets.push(socket);
      return { send: (text) => socket.sent.push(text), close: () => socket.shut = true };
    },
  }, events);
  connection.start();
  return { clock, sockets, heard, lost, connection };
}

const pong = { type: "pong" } as const;

Deno.test("single objects, arrays, text and binary frames are all understood, in order", () => {
  const { sockets: [socket], heard } = setUp();
  socket?.opened();
  socket?.received(JSON.stringify({ ...pong, txnId: "1" }));
  socket?.received(JSON.stringify([{ ...pong, txnId: "2" }, { ...pong, txnId: "3" }]));
  const bytes = new TextEncoder().encode(JSON.stringify([{ ...pong, txnId: "4 ü" }]));
  socket?.received(bytes.buffer);
  assert.deepEqual(heard.map((frame) => "txnId" in frame && frame.txnId), ["1", "2", "3", "4 ü"]);
});

Deno.test("a lost connection is tried again, each time after a longer wait", () => {
  const { clock, sockets, lost } = setUp();
  const waits = [];
  for (let i = 0; i < 8; i++) {
    const from = clock.now();
    sockets.at(-1)?.closed(1006);
    const before = sockets.length;
    while (sockets.length === before) clock.tick(1);
    waits.push(clock.now() - from);
  }
  assert.deepEqual(waits, [125, 250, 500, 1000, 2000, 4000, 7500, 7500]);
  assert.equal(lost.length, 8);
});

Deno.test("the backoff starts anew only after a connection that held", () => {
  const { clock, sockets } = setUp();
  const loseAndWait = (code = 1006) => {
    const [from, before] = [clock.now(), sockets.length];
    sockets.at(-1)?.closed(code);
    while (sockets.length === before) clock.tick(1);
    sockets.at(-1)?.opened();
    return clock.now() - from;
  };
  sockets.at(-1)?.opened();
  // Opened and closed at once, over and over: that is no success.
  assert.deepEqual([1, 2, 3, 4].map(() => loseAndWait()), [125, 250, 500, 1000]);
  clock.tick(1_000);
  assert.equal(loseAndWait(), 125);
  assert.equal(loseAndWait(), 250);
  assert.equal(loseAndWait(1012), 125, "an orderly restart is no failure");
});

Deno.test("twenty silent seconds bring a ping, an unanswered ping a new connection", () => {
  const { clock, sockets, lost } = setUp();
  const [first] = sockets;
  first?.opened();
  clock.tick(20_000);
  assert.deepEqual(first?.sent, [JSON.stringify({ type: "ping" })]);
  first.received(JSON.stringify(pong));
  clock.tick(20_000);
  assert.equal(first.sent.length, 2, "silent again, asked again");
  clock.tick(7_000);
  assert.deepEqual(lost, [1006]);
  assert.equal(first.shut, true);
  assert.equal(sockets.length, 2);
});

Deno.test("frames that keep coming need no ping", () => {
  const { clock, sockets: [socket] } = setUp();
  socket?.opened();
  for (let i = 0; i < 100; i++) {
    clock.tick(1_000);
    socket?.received(JSON.stringify(pong));
  }
  assert.deepEqual(socket?.sent, []);
});

Deno.test("a socket that never opens is given up", () => {
  const { clock, sockets } = setUp();
  clock.tick(7_000);
  assert.equal(sockets[0]?.shut, true);
  assert.equal(sockets.length, 2);
});

Deno.test("waking retries at once, and asks an open connection whether it lives", () => {
  const { clock, sockets, connection } = setUp();
  for (let i = 0; i < 10; i++) {
    sockets.at(-1)?.closed(1006);
    clock.tick(15_000);
  }
  sockets.at(-1)?.closed(1006);
  const before = sockets.length;
  connection.wake();
  assert.equal(sockets.length, before + 1);
  sockets.at(-1)?.opened();
  connection.wake();
  assert.deepEqual(sockets.at(-1)?.sent, [JSON.stringify({ type: "ping" })]);
});

Deno.test("late events of a dropped socket change nothing", () => {
  const { clock, sockets, heard, lost, connection } = setUp();
  const [first] = sockets;
  first?.opened();
  connection.restart();
  clock.tick(200);
  sockets[1]?.opened();
  first?.received(JSON.stringify(pong));
  first?.closed(1000);
  assert.deepEqual(heard, []);
  assert.deepEqual(lost, [1006]);
  assert.equal(connection.send({ type: "ping" }), true);
});

Deno.test("a frame that cannot be read gives a new connection, for it may have been an event", () => {
  const { clock, sockets, lost } = setUp();
  sockets[0]?.opened();
  sockets[0]?.received("{");
  clock.tick(200);
  assert.deepEqual(lost, [1006]);
  assert.equal(sockets.length, 2);
});

Deno.test("after close nothing happens and no timer is left", () => {
  const { clock, sockets, lost, connection } = setUp();
  sockets[0]?.opened();
  connection.close();
  connection.wake();
  clock.tick(100_000);
  assert.equal(clock.pending, 0);
  assert.equal(sockets.length, 1);
  assert.deepEqual(lost, []);
});
