/** What each door and store holds of a room in the end, told to the judge. */
import { createClient } from "@libsql/client";
import type { Server } from "../parley.ts";
import { type Frame, Wire } from "../wire.ts";
import { factsOf, type LogFrame, type Message } from "./frames.ts";
import type { History } from "./history.ts";

/** More than this the API's and the socket's pages can't hold. */
const PAGE = 100;
/** Who lacks more than this does not resume (docs/protocol.md, Resume). */
const MAX_RESUME_EVENTS = 10_000;
const DURABLE = new Set(["message", "message_edited", "message_deleted", "reaction"]);

/** A room of a running server, in which nothing happens any more. */
export interface QuietRoom {
  readonly history: History;
  readonly server: Server;
  /** Of somebody who may read it. */
  readonly token: string;
  readonly roomId: number;
  /** Resolves when all who listen have heard up to there. */
  readonly everyoneHeard: (head: number) => Promise<void>;
}

/**
 * All of a room: by REST and by the socket's history, each page by page from its end, and the
 * events that somebody gets who resumes.
 */
export async function listRoom(room: QuietRoom): Promise<void> {
  const { history, server, token, roomId, everyoneHeard } = room;
  const headers = { authorization: `Bearer ${token}` };
  using wire = await Wire.connect(server, { headers });
  wire.send({ type: "join", roomId });
  const { head, epoch, message } = await wire.where(({ type }) =>
    type === "joined" || type === "error"
  );
  if (head === undefined) throw new Error(message);
  await everyoneHeard(head);

  const bySocket = await pages(async (before) => {
    wire.frames.length = 0;
    wire.send({ type: "history", roomId, before, limit: PAGE });
    return await wire.next("history");
  });
  history.shown("the socket", roomId, bySocket, { whole: true });

  const byRest = await pages(async (before) => {
    const query = before === undefined ? "" : `&before=${before}`;
    const path = `/api/rooms/${roomId}/messages?limit=${PAGE}${query}`;
    const answer = await fetch(server.url + path, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  });
  history.shown("REST", roomId, byRest, { whole: true });

  const after = Math.max(0, head - MAX_RESUME_EVENTS);
  wire.frames.length = 0;
  wire.send({ type: "join", roomId, after, epoch });
  await wire.until(() => last(wire.frames) === head);
  history.listed("who resumes", roomId, eventsIn(wire.frames), after + 1);
}

/** All events of these rooms that libSQL holds. */
export async function listArchive(
  history: History,
  url: string,
  roomIds: readonly number[],
): Promise<void> {
  const database = createClient({ url });
  try {
    for (const roomId of roomIds) {
      const events: LogFrame[] = [];
      for (let more = true; more;) {
        // A server refuses an answer of more than 10 MB.
        const { rows } = await database.execute({
          sql: "SELECT frame FROM events WHERE room_id = ? AND seq > ? ORDER BY seq LIMIT ?",
          args: [roomId, last(events), PAGE],
        });
        events.push(...rows.map(({ frame }) => JSON.parse(String(frame))));
        more = rows.length > 0;
      }
      history.listed("libSQL", roomId, events);
    }
  } finally {
    database.close();
  }
}

/** Reads a history from its end to its beginning; oldest first. */
async function pages(
  page: (before: number | undefined) => Promise<{ messages?: Message[]; more?: boolean }>,
): Promise<Message[]> {
  const found: Message[][] = [];
  let before: number | undefined;
  for (;;) {
    const { messages = [], more } = await page(before);
    found.push(messages);
    if (!more || messages.length === 0) return found.reverse().flat();
    before = messages[0]?.seq;
  }
}

function eventsIn(frames: readonly Frame[]): LogFrame[] {
  return frames.filter(({ type }) => DURABLE.has(type)) as LogFrame[];
}

/** The number of the last one; 0 when there is none. */
function last(events: readonly Frame[]): number {
  const event = events.findLast(({ type }) => DURABLE.has(type));
  return event === undefined ? 0 : factsOf(event as LogFrame).seq;
}
