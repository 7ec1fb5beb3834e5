/** `parley tail`: messages as they come, each once and in order, whatever happens to the line. */
import type { RoomState } from "@/lib/client/room_state.ts";
import type { Message } from "@/lib/protocol/server_frames.ts";
import { jsonLine, textLine } from "./message_line.ts";
import { openRoom, problemTrouble } from "./open_room.ts";
import { print } from "./terminal.ts";

/** Where to begin, and how messages are printed. */
export interface TailOptions {
  /** How many of those already there. */
  readonly lines: number;
  /** Instead of `lines`: everything after this seq, as where an earlier tail stopped. */
  readonly after?: number;
  readonly json?: true;
}

const KEEP = 200;

/** Prints until it is interrupted, or the room is gone. */
export async function tail(meant: string, { lines, after, json }: TailOptions): Promise<void> {
  const { api, room, connect } = await openRoom(meant);
  const patient = api.withPatience(Infinity);
  const write = (message: Message) => print(json ? jsonLine(message) : textLine(message));
  const client = connect();
  const printed = new Printed();
  try {
    for await (const state of changes(client)) {
      if (state.problem !== null) throw problemTrouble(state.problem);
      if (state.epoch === "") continue;
      if (printed.epoch === "") printed.begin(state, after ?? startOf(state, lines));
      const first = state.messages[0]?.seq ?? state.cursor + 1;
      // After a very long absence the client holds the newest only; the rest is fetched.
      const from = printed.last(state);
      if (first > from + 1) {
        for await (const page of patient.between(room.id, from, first - 1)) {
          for (const message of page) printed.once(message, write);
        }
      }
      for (const message of newest(state.messages, from)) printed.once(message, write);
      printed.reached(state);
      if (state.messages.length > 2 * KEEP) client.trim(KEEP);
    }
  } finally {
    client.close();
  }
}

/** What was printed: by number within one log, and by id across a log that was replaced. */
class Printed {
  epoch = "";
  #seq = 0;
  #ids: string[] = [];

  begin({ epoch }: RoomState, after: number): void {
    this.epoch = epoch;
    this.#seq = after;
  }

  /** The seq up to which nothing is to be printed. A restored log may be shorter than the last. */
  last({ epoch, cursor, messages }: RoomState): number {
    if (epoch === this.epoch) return this.#seq;
    const first = messages[0]?.seq ?? cursor + 1;
    return Math.min(this.#seq, first - 1);
  }

  once(message: Message, write: (message: Message) => void): void {
    if (this.#ids.includes(message.id)) return;
    write(message);
    this.#ids = [...this.#ids.slice(1 - KEEP), message.id];
  }

  reached({ epoch, cursor }: RoomState): void {
    this.#seq = epoch === this.epoch ? Math.max(this.#seq, cursor) : cursor;
    this.epoch = epoch;
  }
}

function startOf({ messages, cursor }: RoomState, lines: number): number {
  const first = lines === 0 ? undefined : messages.at(-lines);
  return first === undefined ? Math.max(0, cursor - lines) : first.seq - 1;
}

/** Those after `seq`; looked for from the end, where they are. */
function newest(messages: readonly Message[], seq: number): readonly Message[] {
  return messages.slice(messages.findLastIndex((message) => message.seq <= seq) + 1);
}

/** The states of a client; those that came while one was worked on count as one. */
async function* changes(client: {
  readonly state: RoomState;
  subscribe(listener: () => void): () => void;
}): AsyncGenerator<RoomState> {
  let changed = Promise.withResolvers<void>();
  const unsubscribe = client.subscribe(() => changed.resolve());
  try {
    for (;;) {
      changed = Promise.withResolvers<void>();
      yield client.state;
      await changed.promise;
    }
  } finally {
    unsubscribe();
  }
}
