/** Runs a room on a server that counts. */
import { z } from "zod";
import { type Server, startServer } from "../../tests/parley.ts";
import { sqld } from "../../tests/sqld.ts";
import { pause, until } from "../../tests/temp.ts";
import { portOf } from "../alone.ts";
import { LoadRoom } from "../load/room.ts";
import { LoadSocket } from "../load/wire.ts";
import { metric } from "../metric.ts";
import type { Counted } from "./counting_server.ts";
import { between, type Counts, times } from "./counts.ts";

/** Few, so that a room is soon as it is for ever: each event that comes lets another go. */
const RECENT_EVENTS = 5;

/** A load. */
export interface Load {
  readonly rate: number;
  readonly members: number;
  readonly seconds: number;
  /** How long nobody says anything before that. */
  readonly idleSeconds: number;
  /** How much longer each commit of Deno KV takes, in milliseconds. */
  readonly commitMs: number;
  /** The server's settings. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What was measured. */
export interface Measured {
  /** What 1,000 messages use, beyond what an idle server uses. */
  readonly thousand: Counts;
  /** What a server uses in an hour when its members are connected and say nothing. */
  readonly idleHour: Counts;
}

/** A room where so many messages are sent each second, by its members in turn. */
export async function measure(
  { rate, members, seconds, idleSeconds, commitMs, env }: Load,
): Promise<Measured> {
  await using database = await sqld();
  await database.start();
  await using server = await startServer({
    program: ["bench/cost/counting_server.ts", String(commitMs)],
    env: { LIBSQL_URL: database.url, RECENT_EVENTS: String(RECENT_EVENTS), ...env },
  });
  const wrong = Promise.withResolvers<never>();
  const room = new LoadRoom(1, wrong.reject);
  const port = portOf(server);
  for (let n = 0; n < members; n++) {
    await room.join(await LoadSocket.open(port, "/ws?batch=1"), `member-${n}`);
  }
  /** What something uses, and how many seconds it takes. */
  const using = async (act: () => Promise<void>) => {
    const start = performance.now();
    const before = await countsOf(server, database.url);
    await act();
    const used = between(before, await countsOf(server, database.url));
    return { used, took: (performance.now() - start) / 1000 };
  };
  const run = async (): Promise<Measured> => {
    await send(room, RECENT_EVENTS + members, rate);
    await settled(server, room);
    const idle = await using(() => pause(idleSeconds * 1000));
    const talk = await using(async () => {
      await send(room, rate * seconds, rate);
      await settled(server, room);
    });
    const meanwhile = times(idle.used, talk.took / idle.took);
    return {
      thousand: times(between(meanwhile, talk.used), 1000 / (rate * seconds)),
      idleHour: times(idle.used, 3600 / idle.took),
    };
  };
  const measured = await Promise.race([run(), wrong.promise]);
  room.close();
  return measured;
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

/** Waits until all members have all messages, the archive, too, and the journal let go of them. */
async function settled(server: Server, room: LoadRoom): Promise<void> {
  await until(() => room.complete === room.sent && room.acks === room.sent);
  // Asking costs the server something, so it is not asked all the time.
  while (await metric(portOf(server), "parley_archive_pending") > 0) await pause(500);
  // What is archived leaves the journal up to a second later, and nothing tells that it did.
  await pause(2000);
}

async function countsOf(server: Server, databaseUrl: string): Promise<Counts> {
  const lines = () => [...server.log().matchAll(/^counts (.*)\n/gm)].map(([, json]) => json ?? "");
  const before = lines().length;
  Deno.kill(server.pid, "SIGUSR2");
  await until(() => lines().length > before);
  const counted = JSON.parse(lines().at(-1) ?? "") as Counted;
  return {
    ...counted,
    frames: await metric(portOf(server), "parley_frames_sent_total"),
    databaseBytes: await databaseBytes(databaseUrl),
  };
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
