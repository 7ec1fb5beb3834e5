/**
 * Pages of history from the recent window, by REST and by the socket, while nobody speaks and while
 * many rooms chat at half of what the server can do; beside a bare `Deno.serve` that answers one
 * page of the same size again and again.
 * `deno run -A bench/history.ts [--rooms 1000] [--members 10] [--rate MESSAGES] [--seconds 3]`
 */
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { print, type Row } from "./figures.ts";
import { generate } from "./generate.ts";
import { Client } from "./load/client.ts";
import type { HistoryFigures, HistoryJob } from "./load/history.ts";
import type { Figures, Job } from "./load/job.ts";
import { metric, untilGone } from "./metric.ts";
import { makeParleyRooms } from "./parley_rooms.ts";
import { PEER_LIST, startPeer } from "./peers.ts";

/** Messages of a page. */
const LIMIT = 50;
/** How many read at once, each in a room of their own. */
const READERS = 16;
/** Pages a second where it is measured how long one takes, and not how many there can be. */
const PACE = 200;
/** What is left of the chat when the last page was read, in seconds. */
const MARGIN = 5;
/** Messages that were accepted since the server's start. */
const SAID = "parley_messages_total";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rooms: { type: "string", default: "1000" },
    members: { type: "string", default: "10" },
    rate: { type: "string" },
    seconds: { type: "string", default: "3" },
  },
});
const members = Number(values.members);
const seconds = Number(values.seconds);
const rows: Row[] = [];

const page = await measureParley();
await measureBare(page);
print("history", rows);

async function measureParley(): Promise<string> {
  const parley = PEER_LIST.find(({ name }) => name === "parley");
  if (parley === undefined) throw new Error("there is no peer parley");
  await using server = await startPeer(parley, undefined);
  const { port } = server;
  const ids = await makeParleyRooms(port, Number(values.rooms));
  const rooms = ids.slice(0, READERS);
  await Promise.all(rooms.map((room) => fill(port, room)));
  const token = await guest(port);
  const asked = { port, token, rooms };
  await readAll("parley", "nobody", asked);

  const chat = { port, rooms: ids, members, batch: true };
  const rate = Number(values.rate ?? await capacity(chat) / 2);
  // Four readings, each with its start and its warming up.
  const chatting: Job = { ...chat, inFlight: 0, rate, seconds: 4 * (seconds + 2) + MARGIN };
  const said = generate<Figures>("main.ts", chatting);
  await untilSaid(port, await metric(port, SAID) + rate);
  await readAll("parley", `${Math.round(rate)} messages/s`, asked);
  const { p50, p99, accepted, generatorCpu } = await said;
  rows.push({
    server: "parley",
    chat: `${Math.round(rate)} messages/s`,
    what: "the chat itself, send to seen by all",
    "requests/s": accepted,
    "p50 ms": p50,
    "p99 ms": p99,
    "KiB": 0,
    "generator CPU": generatorCpu,
  });
  const url = `http://127.0.0.1:${port}/api/rooms/${rooms[0]}/messages?limit=${LIMIT}`;
  return await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
}

async function measureBare(page: string): Promise<void> {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, page);
  const script = fileURLToPath(new URL("peers/deno_page.mjs", import.meta.url));
  const command = [Deno.execPath(), "run", "-A", "--no-config", script, file];
  await using server = await startPeer({ name: "deno-page", durable: false, command }, undefined);
  await readAll("deno-page", "nobody", { port: server.port, rooms: [1] }, ["rest"]);
  await Deno.remove(file);
}

/** Reads as often as possible, and then at a pace. */
async function readAll(
  server: string,
  chat: string,
  asked: Pick<HistoryJob, "port" | "token" | "rooms">,
  ways: readonly HistoryJob["via"][] = ["rest", "socket"],
): Promise<void> {
  for (const via of ways) {
    for (const rate of [undefined, PACE]) {
      const job: HistoryJob = { ...asked, via, rate, limit: LIMIT, readers: READERS, seconds };
      const figures = await generate<HistoryFigures>("history.ts", job);
      rows.push({
        server,
        chat,
        what: `${via}, ${rate === undefined ? `${READERS} at once` : `${rate}/s`}`,
        "requests/s": figures.requests,
        "p50 ms": figures.p50,
        "p99 ms": figures.p99,
        "KiB": figures.bytes / 1024,
        "generator CPU": figures.generatorCpu,
      });
      console.error(JSON.stringify(rows.at(-1)));
    }
  }
}

/** What the server can do when each room's next message goes as soon as all have seen one. */
async function capacity(chat: Omit<Job, "inFlight" | "seconds">): Promise<number> {
  const { accepted } = await generate<Figures>("main.ts", { ...chat, inFlight: 1, seconds: 3 });
  await untilGone(chat.port);
  console.error(`it can do ${Math.round(accepted)} messages/s`);
  return accepted;
}

/** Puts more into a room than a page takes. */
async function fill(port: number, roomId: number): Promise<void> {
  const talker = await Client.open(port, (error) => {
    throw error;
  });
  await talker.ask({ type: "join", roomId, username: `talker-${roomId}` }, "joined");
  for (let n = 0; n < LIMIT * 2; n++) {
    const text = `message ${n}, as long as what people write to each other at work`;
    await talker.ask({ type: "message", roomId, text, txnId: crypto.randomUUID() }, "ack");
  }
  talker.close();
}

/** Waits until so many messages were accepted since the server's start. */
async function untilSaid(port: number, count: number): Promise<void> {
  while (await metric(port, SAID) < count) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A guest's token. */
async function guest(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/auth/guest`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "reader" }),
  });
  if (!answer.ok) throw new Error(`no guest: ${answer.status} ${await answer.text()}`);
  const { token }: { readonly token: string } = await answer.json();
  return token;
}
