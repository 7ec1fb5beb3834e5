/**
 * Many people at once, with every delivery counted: `deno task load --people 1000 --messages 100`.
 * They come in at a steady rate, hear all that is said, are dropped at once and caught up.
 * Exits with 1 when anybody missed anything, or heard it twice.
 */
import { parseArgs } from "node:util";
import { v7 as uuidv7 } from "uuid";
import { startServer } from "../parley.ts";
import { type Frame, Wire } from "../wire.ts";
import { Proxy } from "./proxy.ts";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "1000" },
    messages: { type: "string", default: "100" },
    "sockets-per-second": { type: "string", default: "334" },
  },
});
const people = Number(values.people);
const messages = Number(values.messages);
const perSecond = Number(values["sockets-per-second"]);

/** Somebody who listens, and keeps only the numbers of what came. */
interface Listener {
  readonly wire: Wire;
  readonly seqs: number[];
}

await using server = await startServer();
using network = new Proxy(() => new URL(server.url));
using speaker = await Wire.join(server, "speaker");
const { epoch } = speaker.frames.find(({ type }) => type === "joined") as Frame;

let listeners = await report("all are in", () => comeIn(undefined));
await report(`${messages} messages reached ${people} people`, async () => {
  await speak();
  await allHave(messages);
});
await report("all were dropped at once, and are caught up", async () => {
  network.cut();
  await Promise.all(listeners.map(({ wire }) => wire.end()));
  await speak();
  listeners = await comeIn(messages);
  await allHave(messages);
});
const memory = /VmRSS:\s+(\d+)/.exec(await Deno.readTextFile(`/proc/${server.pid}/status`));
console.log(`the server has ${Math.round(Number(memory?.[1]) / 1024)} MiB of memory`);
Deno.exit(0);

async function comeIn(after: number | undefined): Promise<Listener[]> {
  const start = performance.now();
  return await Promise.all(
    Array.from({ length: people }, async (_, n) => {
      await until(start + n * 1000 / perSecond);
      const wire = await Wire.connect(network, { batch: n % 2 === 0 });
      const seqs: number[] = [];
      const joined = Promise.withResolvers<void>();
      wire.socket.on("message", () => {
        for (const { type, message } of wire.frames.splice(0)) {
          if (type === "joined") joined.resolve();
          if (type === "message") seqs.push(message.seq);
        }
      });
      wire.send({ type: "join", roomId: 1, username: `person ${n}`, after, epoch });
      await joined.promise;
      return { wire, seqs };
    }),
  );
}

async function speak(): Promise<void> {
  for (let n = 0; n < messages; n++) {
    const { type } = await speaker.say(`message ${n}`, uuidv7());
    if (type !== "ack") fail(`message ${n} was refused`);
  }
}

/** Waits until everybody has the newest messages, each once and in order. */
async function allHave(count: number): Promise<void> {
  const head = speaker.texts.length;
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
  Deno.exit(1);
}
