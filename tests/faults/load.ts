/**
 * Many people at once, with every delivery counted: `deno task load --people 1000 --messages 100`.
 * They come in at a steady rate, hear all that is said, are dropped at once and caught up. With
 * `--rooms 10` they are spread over so many. Exits with 1 when anybody missed anything, heard it
 * twice, or was not caught up within half a minute.
 */
import { parseArgs } from "node:util";
import { v7 as uuidv7 } from "uuid";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { type Frame, Wire } from "../wire.ts";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "1000" },
    messages: { type: "string", default: "100" },
    rooms: { type: "string", default: "1" },
    "sockets-per-second": { type: "string", default: "334" },
  },
});
const people = Number(values.people);
const messages = Number(values.messages);
const perSecond = Number(values["sockets-per-second"]);

/** Everybody is caught up within this, in milliseconds. */
const CAUGHT_UP_MS = 30_000;

/** Somebody who listens in one room, and keeps only the numbers of what came. */
interface Listener {
  readonly wire: Wire;
  readonly seqs: number[];
}

await using server = await startServer();
using speaker = await Wire.join(server, "speaker");
const rooms = await openRooms();
/** Messages that were said in each room. */
let said = 0;

let listeners = await report("all are in", () => comeIn(undefined));
await report(`${messages} messages reached ${people} people`, async () => {
  await speak();
  await allHave(messages);
});
const start = performance.now();
await report("all were dropped at once, and are caught up", async () => {
  for (const { wire } of listeners) wire[Symbol.dispose]();
  await Promise.all(listeners.map(({ wire }) => wire.end()));
  await speak();
  listeners = await comeIn(messages);
  await allHave(messages);
});
if (performance.now() - start > CAUGHT_UP_MS) fail("that took too long");
const memory = /VmRSS:\s+(\d+)/.exec(await Deno.readTextFile(`/proc/${server.pid}/status`));
console.log(`the server has ${Math.round(Number(memory?.[1]) / 1024)} MiB of memory`);
await server.kill();
Deno.exit(0);

async function comeIn(after: number | undefined): Promise<Listener[]> {
  const start = performance.now();
  return await Promise.all(
    Array.from({ length: people }, async (_, n) => {
      await until(start + n * 1000 / perSecond);
      const wire = await Wire.connect(server, { batch: n % 2 === 0 });
      const seqs: number[] = [];
      const joined = Promise.withResolvers<void>();
      wire.socket.on("message", () => {
        for (const { type, message } of wire.frames.splice(0)) {
          if (type === "joined") joined.resolve();
          if (type === "message") seqs.push(message.seq);
        }
      });
      const { roomId, epoch } = rooms[n % rooms.length] as Frame;
      wire.send({ type: "join", roomId, username: `person ${n}`, after, epoch });
      await joined.promise;
      return { wire, seqs };
    }),
  );
}

/** The lobby, and as many more as there shall be: the speaker is in all of them. */
async function openRooms(): Promise<Frame[]> {
  const founder = await signIn(server, "founder");
  for (let n = 1; n < Number(values.rooms); n++) {
    const path = await founder.submit("/rooms", { name: `room ${n}` });
    speaker.send({ type: "join", roomId: Number(String(path).split("/").at(-1)) });
    await speaker.next("joined");
  }
  return speaker.frames.filter(({ type }) => type === "joined");
}

/** Says each message in every room. */
async function speak(): Promise<void> {
  for (let n = 0; n < messages; n++, said++) {
    await Promise.all(rooms.map(async ({ roomId }) => {
      const { type } = await speaker.say(`message ${n}`, uuidv7(), roomId);
      if (type !== "ack") fail(`message ${n} was refused`);
    }));
    // Each wait looks through all that there is.
    speaker.frames.splice(0);
  }
}

/** Waits until everybody has the newest messages, each once and in order. */
async function allHave(count: number): Promise<void> {
  const head = said;
  const end = performance.now() + 60_000;
  for (const [n, { seqs }] of listeners.entries()) {
    while (seqs.length < count && performance.now() < end) await until(performance.now() + 5);
    const expected = Array.from({ length: count }, (_, index) => head - count + index + 1);
    if (seqs.join() !== expected.join()) fail(`person ${n} has ${seqs.length} of ${count}`);
  }
}

async function report<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(2)} s`);
  return result;
}

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
}

function fail(why: string): never {
  console.error(why);
  Deno.kill(server.pid, "SIGKILL");
  Deno.exit(1);
}
