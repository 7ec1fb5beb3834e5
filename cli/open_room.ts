/** A room client in a terminal: the browser's connection, resume and outbox, with a token. */
import { v7 } from "uuid";
import { WebSocket } from "ws";
import { type Connect, MemoryStore, systemClock } from "@/lib/client/platform.ts";
import { RoomClient } from "@/lib/client/room_client.ts";
import type { Problem } from "@/lib/client/room_state.ts";
import type { RoomInfo, User } from "@/lib/protocol/server_frames.ts";
import { currentAccount } from "./account.ts";
import { Api } from "./api.ts";
import { EXIT, Trouble } from "./trouble.ts";

/** A room, and all that a command needs to act in it. */
export interface OpenRoom {
  readonly api: Api;
  readonly room: RoomInfo;
  readonly self: User;
  /** Connects, and works until `close`. */
  connect(newTxnId?: () => string): RoomClient;
}

/**
 * Finds the room that is meant.
 *
 * @param patience for how many milliseconds a server that is away is tried again
 */
export async function openRoom(meant: string, patience = 0): Promise<OpenRoom> {
  const { url, token } = await currentAccount();
  const api = new Api(url, token, patience);
  const [room, self] = await Promise.all([api.room(meant), api.self()]);
  return {
    api,
    room,
    self,
    connect: (newTxnId = () => v7()) =>
      new RoomClient({
        // Nothing is known yet: the first join brings it, as after a long absence.
        snapshot: {
          room,
          self,
          members: [],
          head: 0,
          epoch: "",
          readSeq: 0,
          history: [],
          more: false,
        },
        url: `${url.replace(/^http/, "ws")}/ws?batch=1`,
        connect: withToken(token),
        clock: systemClock,
        random: Math.random,
        store: new MemoryStore(),
        newTxnId,
      }),
  };
}

/** What no retry can mend, as its user is told. */
export function problemTrouble(problem: Problem): Trouble {
  switch (problem) {
    case "signed_out":
    case "other_identity":
      return new Trouble("Your session has ended. Run: parley login", EXIT.login);
    default:
      return new Trouble(
        "You are no longer in this room, or it is gone. For the list run: parley rooms",
        EXIT.notFound,
      );
  }
}

/** `npm:ws`, because Deno's own client delays each frame over 1 KB by 40 ms (Nagle's algorithm). */
function withToken(token: string): Connect {
  return (url, events) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    socket.binaryType = "arraybuffer";
    socket.onopen = () => events.opened();
    socket.onmessage = ({ data }) => events.received(data as string | ArrayBuffer);
    socket.onclose = ({ code }) => events.closed(code);
    // `close` follows, and tells it.
    socket.onerror = () => {};
    return socket;
  };
}
