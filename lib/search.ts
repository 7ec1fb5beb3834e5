/** Finding what was said, in the rooms that one may read. */
import { DatabaseError } from "../db/database.ts";
import type { Events } from "../db/events.ts";
import type { MessageSearch, Place } from "../db/message_search.ts";
import { admitted, mayEnter, roomInfo, type RoomRecord } from "./directory/room_record.ts";
import type { RoomDirectory } from "./directory/rooms.ts";
import { ProtocolError } from "./protocol/errors.ts";
import type { LogEvent } from "./protocol/event.ts";
import type { Message, RoomInfo, User } from "./protocol/server_frames.ts";
import { hasWords, wordsOf } from "./protocol/words.ts";
import type { Rooms } from "./room/rooms.ts";

/** What is looked for. */
export interface SearchRequest {
  /** Words that must all be there; the last one may be the beginning of one. */
  readonly query: string;
  /** Only in this room. */
  readonly roomId?: number;
  /** What the last page gave as `next`. */
  readonly before?: string;
  readonly limit: number;
}

/** A message that was found, and where. */
export interface Hit {
  readonly message: Message;
  readonly room: RoomInfo;
}

/** What search needs of the rest. */
export interface SearchParts {
  readonly index: MessageSearch;
  readonly events: Events;
  readonly directory: RoomDirectory;
  readonly rooms: Rooms;
}

/** After every message. */
const END: Place = { ts: Number.MAX_SAFE_INTEGER, roomId: 0, seq: 0 };

/** Full-text search: in the archive's index, and in what waits for the archive. */
export class Search {
  constructor(private readonly parts: SearchParts) {}

  /**
   * Messages with all words of the query, newest first; never any of a room that the user may not
   * enter at this moment.
   *
   * @throws {ProtocolError} `not_found`, `forbidden` for a room that they may not enter;
   * `overloaded` while the archive is away
   */
  async find(
    user: User,
    { query, roomId, before, limit }: SearchRequest,
  ): Promise<{ hits: Hit[]; next?: string }> {
    // Nobody has read yet what waits in the others.
    await this.parts.rooms.recovered();
    const records = await this.#readable(user, roomId);
    const end = before === undefined ? END : placeFrom(before);
    const words = wordsOf(query);
    // What waits comes first, so that what is archived meanwhile is found twice, and not never.
    const waiting = records.flatMap(({ id }) => this.#waiting(id));
    const ids = records.map(({ id }) => id);
    const candidates = await Promise.all([
      this.#archived(query, ids, end, limit + 1),
      this.#changing(waiting, words),
    ]).catch((error) => {
      if (!(error instanceof DatabaseError)) throw error;
      throw new ProtocolError("overloaded", "Nothing can be searched right now. Try again soon.");
    });

    const unique = new Map(candidates.flat().map((message) => [message.id, message]));
    const found = [...unique.values()].filter((message) => isBefore(message, end))
      .sort((a, b) => isBefore(a, b) ? 1 : -1);
    const last = found.length > limit ? found[limit - 1] : undefined;
    const rooms = new Map(records.map((record) => [record.id, roomInfo(record, user)]));
    return {
      hits: found.slice(0, limit).flatMap((candidate) => {
        const message = this.#asItIs(candidate);
        const room = rooms.get(message.roomId);
        return room && stillFits(message, words) ? [{ message, room }] : [];
      }),
      next: last && `${last.ts}-${last.roomId}-${last.seq}`,
    };
  }

  async #readable(user: User, roomId: number | undefined): Promise<RoomRecord[]> {
    const { directory } = this.parts;
    if (roomId !== undefined) return [admitted(await directory.get(roomId), user)];
    const rooms = await Promise.all([
      directory.groups(),
      directory.privates(user.id),
      directory.directs(user.id),
    ]);
    return rooms.flat().filter((room) => mayEnter(room, user));
  }

  /** Events that are not in the archive yet. */
  #waiting(roomId: number): LogEvent[] {
    return this.parts.rooms.get(roomId)?.unarchived(Infinity) ?? [];
  }

  /** Messages that say the words by events which are not archived yet. */
  async #changing(waiting: readonly LogEvent[], words: readonly string[]): Promise<Message[]> {
    const posted = new Map(
      waiting.flatMap(({ frame }) =>
        frame.type === "message" ? [[frame.message.id, frame.message]] : []
      ),
    );
    const saying = waiting.filter(({ frame }) =>
      frame.type === "message" && hasWords(frame.message.text, words) ||
      frame.type === "message_edited" && hasWords(frame.text, words)
    );
    const messages = await Promise.all(
      saying.map(({ frame: { roomId }, facts: { id } }) =>
        posted.get(id) ?? this.parts.events.message(roomId, id)
      ),
    );
    return messages.filter((message) => message !== undefined);
  }

  /** Messages that the archive finds. */
  async #archived(
    query: string,
    roomIds: readonly number[],
    before: Place,
    limit: number,
  ): Promise<Message[]> {
    const { index, events } = this.parts;
    const places = await index.find(query, roomIds, before, limit);
    const byRoom = Map.groupBy(places, ({ roomId }) => roomId);
    const found = await Promise.all(
      [...byRoom].map(([roomId, of]) => events.messagesAt(roomId, of.map(({ seq }) => seq))),
    );
    return found.flat();
  }

  /** With the changes that came meanwhile. */
  #asItIs(message: Message): Message {
    const [changed = message] = this.parts.rooms.get(message.roomId)?.asTheyAre([message]) ?? [];
    return changed;
  }
}

/** What was changed since it was found may say something else, or nothing any more. */
function stillFits({ text, editedAt, deleted }: Message, words: readonly string[]): boolean {
  return !deleted && (editedAt === undefined || hasWords(text, words));
}

function isBefore(a: Place, b: Place): boolean {
  return (a.ts - b.ts || a.roomId - b.roomId || a.seq - b.seq) < 0;
}

function placeFrom(cursor: string): Place {
  const [ts = 0, roomId = 0, seq = 0] = cursor.split("-").map(Number);
  return { ts, roomId, seq };
}
