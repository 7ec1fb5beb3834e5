/** The load generator counts only what a server did right. */
import { deepEqual, match, ok } from "node:assert/strict";
import type { Figures } from "../../bench/load/job.ts";
import { startServer } from "../parley.ts";

/** What a server does with the third message. */
type Fault = "none" | "skips a number" | "sends it twice" | "does not acknowledge" | "loses it";

for (const fault of ["skips a number", "sends it twice", "loses it"] as const) {
  Deno.test(`a server that ${fault} fails the bench`, async () => {
    const { code, error } = await loadOnLiar(fault);
    deepEqual(code, 1);
    match(error, /event \d+ came after \d+/);
  });
}

Deno.test("a server that does not acknowledge fails the bench", async () => {
  const { code, error } = await loadOnLiar("does not acknowledge");
  deepEqual(code, 1);
  match(error, /\d+ sent, \d+ acknowledged, \d+ seen by all/);
});

Deno.test("a server that does its job is measured", async () => {
  const { code, error, output } = await loadOnLiar("none");
  deepEqual(code, 0, error);
  ok((JSON.parse(output) as Figures).delivered > 0);
});

for (const batch of [true, false]) {
  Deno.test(`Parley is measured with ${batch ? "batch" : "plain"} clients`, async () => {
    await using server = await startServer();
    const { code, error, output } = await load(Number(new URL(server.url).port), batch);
    deepEqual(code, 0, error);
    ok((JSON.parse(output) as Figures).accepted > 0);
  });
}

/** Runs the generator against a small server with a fault. */
async function loadOnLiar(fault: Fault) {
  const members = new Set<WebSocket>();
  let head = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (req) => {
    const { socket, response } = Deno.upgradeWebSocket(req);
    socket.onmessage = ({ data }) => {
      const { type, text } = JSON.parse(data);
      if (type === "join") {
        members.add(socket);
        return socket.send(JSON.stringify({ type: "joined", head }));
      }
      const faulty = ++head === 3 ? fault : "none";
      if (faulty === "skips a number") head++;
      const frame = JSON.stringify({ type: "message", message: { seq: head, text } });
      for (const member of faulty === "loses it" ? [] : members) {
        member.send(frame);
        if (faulty === "sends it twice") member.send(frame);
      }
      if (faulty !== "does not acknowledge") socket.send(JSON.stringify({ type: "ack" }));
    };
    return response;
  });
  return await load(server.addr.port, false);
}

async function load(port: number, batch: boolean) {
  const job = { port, rooms: [1], members: 3, inFlight: 2, seconds: 0.2, batch };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "bench/load/main.ts", JSON.stringify(job)],
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout), error: decoder.decode(stderr) };
}
