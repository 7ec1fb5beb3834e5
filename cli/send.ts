/** `parley send`: messages from arguments or a pipe, until each is acknowledged. */
import { v7 } from "uuid";
import type { RoomClient } from "@/lib/client/room_client.ts";
import type { RoomState } from "@/lib/client/room_state.ts";
import { openRoom, problemTrouble } from "./open_room.ts";
import { lines } from "./terminal.ts";
import { EXIT, Trouble } from "./trouble.ts";

/** How messages are sent. */
export interface SendOptions {
  /** All of standard input is one message. */
  readonly one?: true;
  /** The message's txnId: the same again is sent no second time. */
  readonly id?: string;
  /** Seconds without any acknowledgement after which it is given up. */
  readonly timeout: number;
}

/** So many wait at a time: a pipe of any length is read no faster than it is sent. */
const WAITING = 64;

/** Done when the server has all of them on disk; else {@link Trouble} says which it has not. */
export async function send(meant: string, words: readonly string[], options: SendOptions) {
  const { one, id, timeout } = options;
  if (words.length === 0 && Deno.stdin.isTerminal()) {
    throw new Trouble('Say what to send: parley send ROOM "text", or by a pipe.', EXIT.usage);
  }
  if (id !== undefined && words.length === 0 && !one) {
    throw new Trouble("--id names one message: give its text, or --one.", EXIT.usage);
  }
  const { connect } = await openRoom(meant, timeout * 1000);
  const client = connect(() => id ?? v7());
  let acknowledged = 0;
  try {
    for await (const text of texts(words, one)) {
      client.send(text);
      acknowledged += await waitFor(client, (waiting) => waiting < WAITING, timeout, acknowledged);
    }
    await waitFor(client, (waiting) => waiting === 0, timeout, acknowledged);
    await client.leave();
  } finally {
    client.close();
  }
}

async function* texts(words: readonly string[], one?: true): AsyncGenerator<string> {
  if (words.length > 0) return yield words.join(" ");
  if (!one) {
    // An empty line says nothing, and is no message.
    for await (const line of lines()) if (line.trim() !== "") yield line;
    return;
  }
  const all: string[] = [];
  for await (const line of lines()) all.push(line);
  yield all.join("\n");
}

/** Answers how many were acknowledged meanwhile. The clock starts anew with each of them. */
function waitFor(
  client: RoomClient,
  enough: (waiting: number) => boolean,
  seconds: number,
  before: number,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const atFirst = waitingIn(client.state);
  let last = atFirst;
  const tooLate = () =>
    reject(
      new Trouble(
        `Not acknowledged after ${seconds} s: ${last} waiting, ${before + atFirst - last} sent ` +
          "before. It may have arrived or not; the same --id can be sent again safely.",
        EXIT.unreachable,
      ),
    );
  let timer = setTimeout(tooLate, seconds * 1000);
  const look = (state: RoomState) => {
    const failed = state.pending.find(({ status }) => status === "failed");
    const waiting = waitingIn(state);
    if (state.problem !== null) return reject(problemTrouble(state.problem));
    if (failed) return reject(new Trouble(`${failed.failed} It was: ${quoted(failed.text)}`));
    if (enough(waiting)) return resolve(atFirst - waiting);
    if (waiting === last) return;
    last = waiting;
    clearTimeout(timer);
    timer = setTimeout(tooLate, seconds * 1000);
  };
  const unsubscribe = client.subscribe(look);
  look(client.state);
  return promise.finally(() => {
    clearTimeout(timer);
    unsubscribe();
  });
}

function waitingIn({ pending }: RoomState): number {
  return pending.filter(({ status }) => status === "sending").length;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
