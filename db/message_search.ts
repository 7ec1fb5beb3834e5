/** Where words were said: the archive's full-text index, which triggers keep in step with `events`. */
import type { Database } from "./database.ts";

/** A message's place among all messages, as they are sorted: by time, then room, then number. */
export interface Place {
  /** Unix milliseconds. */
  readonly ts: number;
  readonly roomId: number;
  readonly seq: number;
}

// A row's id is room_id << 32 | seq.
const FIND = `
  SELECT e.ts, e.room_id, e.seq
  FROM message_search s
  JOIN events e ON e.room_id = s.rowid >> 32 AND e.seq = s.rowid & 0xffffffff
  WHERE s.message_search MATCH ?1
    AND s.rowid BETWEEN ?2 << 32 AND ?3 << 32 | 0xffffffff
    AND s.rowid >> 32 IN (SELECT value FROM json_each(?4))
    AND (e.ts, e.room_id, e.seq) < (?5, ?6, ?7)
  ORDER BY e.ts DESC, e.room_id DESC, e.seq DESC
  LIMIT ?8`;

// Within a room numbers grow with time: the index gives the newest first, and no more than are asked.
const FIND_IN_ROOM = `
  SELECT e.ts, e.room_id, e.seq
  FROM message_search s
  CROSS JOIN events e ON e.room_id = ?2 AND e.seq = s.rowid & 0xffffffff
  WHERE s.message_search MATCH ?1
    AND s.rowid BETWEEN ?2 << 32 AND ?2 << 32 | ?3
    AND (e.ts, e.room_id, e.seq) < (?4, ?5, ?6)
  ORDER BY s.rowid DESC
  LIMIT ?7`;
const LAST_SEQ = 0xffff_ffff;

/** Finds messages by their words. All rejections are `DatabaseError`s. */
export class MessageSearch {
  constructor(private readonly database: Database) {}

  /**
   * The newest `limit` places before `before`, newest first, where all words of a text were said in
   * one of the rooms. Letters are alike whatever their case and accents; the last word may go on.
   */
  async find(
    text: string,
    roomIds: readonly number[],
    before: Place,
    limit: number,
  ): Promise<Place[]> {
    const match = matchOf(text);
    const [roomId, ...others] = roomIds;
    if (match === undefined || roomId === undefined) return [];
    const end = [before.ts, before.roomId, before.seq];
    const rows = others.length === 0
      ? await this.database.read(FIND_IN_ROOM, [
        match,
        roomId,
        before.roomId === roomId ? before.seq : LAST_SEQ,
        ...end,
        limit,
      ])
      : await this.database.read(FIND, [
        match,
        Math.min(...roomIds),
        Math.max(...roomIds),
        JSON.stringify(roomIds),
        ...end,
        limit,
      ]);
    return rows.map(({ ts, room_id, seq }) => ({
      ts: Number(ts),
      roomId: Number(room_id),
      seq: Number(seq),
    }));
  }
}

/**
 * All words of a text, as FTS5 wants them; undefined when there is none. Quoted, a word is nothing
 * but a word: no operator (https://sqlite.org/fts5.html#fts5_strings).
 */
function matchOf(text: string): string | undefined {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu);
  return words === null ? undefined : `${words.map((word) => `"${word}"`).join(" ")} *`;
}
