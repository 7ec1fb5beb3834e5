/** Runs a room on a server that counts. */
import { z } from "zod";
import { type Server, startServer } from "../../tests/parley.ts";
import { sqld } from "../../tests/sqld.ts";
import { until } from "../../tests/temp.ts";
import { LoadRoom } from "../load/room.ts";
import { LoadSocket } from "../load/wire.ts";
import type { Counted } from "./counting_server.ts";
import { type Counts, perThousand } from "./counts.ts";

/** Few, so that a room is soon as it is for ever: each event that comes lets another go. */
const RECENT_EVENTS = 5;

/** A load. */
export interface Load {
  readonly rate: number;
  readonly members: number;
  readonly seconds: number;
  /** How much longer each commit of Deno KV takes, in milliseconds. */
  readonly commitMs: number;
}

/** What 1,000 messages use in a room where so many are sent each second, by its members in turn. */
export async function measure({ rate, members, seconds, commitMs }: Load): Promise<Counts> {
  await using database = await sqld();
  await database.start();
  await using server = await startServer({
    program: ["bench/cost/counting_server.ts", String(commitMs)],
    env: { LIBSQL_URL: database.url, RECENT_EVENTS: String(RECENT_EVENTS) },
  });
  const wrong = Promise.withResolvers<never>();
  const room = new LoadRoom(1, wrong.reject);
  const port = Number(new URL(server.url).port);
  for (let n = 0; n < members; n++) {
    await room.join(await LoadSocket.open(port, true), `member-${n}`);
  }
  const run = async (): Promise<Counts> => {
    await send(room, RECENT_EVENTS + members, rate);
    await settled(server, room);
    const before = await countsOf(server, database.url);
    const messages = rate * seconds;
    await send(room, messages, rate);
    await settled(server, room);
    return perThousand(before, await countsOf(server, database.url), messages);
  };
  const counts = await Promise.race([run(), wrong.promise]);
  room.close();
  return counts;
}

/** Sends messages at a steady rate. */
async function send(room: LoadRoom, messages: number, rate: number): Promise<void> {
  const start = performance.now();
  for (let n = 0; n < messages; n++) {
    const wait = start + n * 1000 / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    room.post();
  }
}

/** Waits until all members have all messages, and the archive, too. */
async function settled(server: Server, room: LoadRoom): Promise<void> {
  await until(async () =>
    room.complete === room.sent && room.acks === room.sent &&
    await metric(server, "parley_archive_pending") === 0
  );
}

async function countsOf(server: Server, databaseUrl: string): Promise<Counts> {
  const lines = () => [...server.log().matchAll(/^counts (.*)\n/gm)].map(([, json]) => json ?? "");
  const before = lines().length;
  Deno.kill(server.pid, "SIGUSR2");
  await until(() => lines().length > before);
  const counted = JSON.parse(lines().at(-1) ?? "") as Counted;
  return {
    ...counted,
    frames: await metric(server, "parley_frames_sent_total"),
    databaseBytes: await databaseBytes(databaseUrl),
  };
}

async function metric(server: Server, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`/metrics has no ${name}`);
  return Number(value);
}

const size = z.object({
  results: z.tuple([
    z.object({
      response: z.object({
        result: z.object({ rows: z.tuple([z.tuple([z.object({ value: z.string() })])]) }),
      }),
    }),
  ]),
});

async function databaseBytes(url: string): Promise<number> {
  const sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
  const answer = await fetch(`${url}/v2/pipeline`, {
    method: "POST",
    body: JSON.stringify({ requests: [{ type: "execute", stmt: { sql } }] }),
  });
  const { results: [{ response }] } = size.parse(await answer.json());
  return Number(response.result.rows[0][0].value);
}
