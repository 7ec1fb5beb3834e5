/** `parley send`: messages from arguments or a pipe, until each is acknowledged. */
import { v7 } from "uuid";
import type { RoomClient } from "@/lib/client/room_client.ts";
import type { RoomState } from "@/lib/client/room_state.ts";
import { openRoom, problemTrouble } from "./open_room.ts";
import { safeJson } from "./safe_text.ts";
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

/** So many messages of the room are held at most: a pipe may have any length. */
const KEEP = 200;

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
  let sent = 0;
  try {
    for await (const text of texts(words, one)) {
      client.send(text);
      // One after the other: when one is refused, nothing after it has been said.
      await acknowledged(client, timeout, sent++);
      if (client.state.messages.length > 2 * KEEP) client.trim(KEEP);
    }
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

/** Waits until the server has the message; `before` it, so many were sent. */
function acknowledged(client: RoomClient, seconds: number, before: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const done = before === 0 ? "" : ` The ${before} before it are sent.`;
  const timer = setTimeout(() => {
    const sentence = `Not acknowledged after ${seconds} s: it may have arrived or not.${done} ` +
      "With --id the same message can be sent again safely.";
    reject(new Trouble(sentence, EXIT.unreachable));
  }, seconds * 1000);
  const look = ({ pending, problem }: RoomState) => {
    const failed = pending.find(({ status }) => status === "failed");
    if (problem !== null) reject(problemTrouble(problem));
    else if (failed) reject(new Trouble(`${failed.failed} It was: ${quoted(failed.text)}${done}`));
    else if (pending.every(({ status }) => status === "sent")) resolve();
  };
  const unsubscribe = client.subscribe(look);
  look(client.state);
  return promise.finally(() => {
    clearTimeout(timer);
    unsubscribe();
  });
}

function quoted(text: string): string {
  return safeJson(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
