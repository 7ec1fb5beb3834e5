/** Data folders as a `kill -9` leaves them while the archive is away. */
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { portOf, startOnCpu0 } from "./alone.ts";
import { metric } from "./metric.ts";
import { LoadSocket } from "./load/wire.ts";

/** Nobody listens there. */
export const AWAY = "http://127.0.0.1:1";
/** Messages that are on their way at once. */
const IN_FLIGHT = 256;

/** Sends messages to one room after the other while the archive is away, and kills the server. */
export async function talkAndCrash(
  dataDir: string,
  rooms: readonly number[],
  count: number,
): Promise<void> {
  await using server = await startOnCpu0({
    dataDir,
    env: { LIBSQL_URL: AWAY, RATE_MESSAGES_PER_SECOND: "0", LOG_LEVEL: "error" },
  });
  const socket = await LoadSocket.open(portOf(server), "/ws?batch=1");
  const all = Promise.withResolvers<void>();
  let joined = 0;
  let sent = 0;
  let acks = 0;
  const say = () => {
    const roomId = rooms[sent % rooms.length];
    const text = `message ${sent++}, as long as what people write to each other at work`;
    socket.send({ type: "message", roomId, text, txnId: uuidv7() });
  };
  const joinNext = () =>
    socket.send({ type: "join", roomId: rooms[joined] ?? 0, username: "talker" });
  socket.listen((payload) => {
    for (const { type, ...rest } of [JSON.parse(new TextDecoder().decode(payload))].flat()) {
      if (type === "error") throw new Error(`refused: ${JSON.stringify(rest)}`);
      if (type === "joined" && ++joined < rooms.length) joinNext();
      else if (type === "joined") { for (let n = 0; n < IN_FLIGHT; n++) say(); }
      if (type === "ack" && ++acks === count) all.resolve();
      if (type === "ack" && sent < count) say();
    }
  }, all.reject);
  joinNext();
  await all.promise;
  const waiting = await metric(portOf(server), "parley_archive_pending");
  if (waiting !== count) throw new Error(`${waiting} of ${count} events wait for the archive`);
  await server.kill();
  socket.close();
}

/** Copies a folder's files. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isFile } of Deno.readDir(from)) {
    if (isFile) await Deno.copyFile(join(from, name), join(to, name));
  }
}
