/** The permanent history of every room. */
import { crc32 } from "node:zlib";
import { eventFromJson, type LogEvent, type Receipt } from "../lib/protocol/event.ts";
import { withChange } from "../lib/protocol/changes.ts";
import { lostMessage } from "../lib/protocol/lost_message.ts";
import type { Message } from "../lib/protocol/server_frames.ts";
import { type Database, DatabaseError, type Row, type Statement } from "./database.ts";

/** A room's part of a batch. */
export interface RoomBatch {
  readonly roomId: number;
  readonly epoch: string;
  /** Consecutive, at least one. */
  readonly events: readonly LogEvent[];
}

/**
 * Characters of JSON that one statement takes at most: `sqld` refuses an argument of more than
 * 5,000,000 bytes, and a character has up to three.
 */
const MAX_ARGUMENT_CHARS = 1_000_000;
/**
 * Rows that one read takes at most: `sqld` refuses an answer of more than 10 MB, and a frame has up
 * to 64 KiB.
 */
const MAX_ROWS = 100;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A batch does not continue what the database holds of a room: nothing of it was applied. */
export class LogConflictError extends Error {
  override readonly name = "LogConflictError";

  constructor(readonly roomId: number, message: string) {
    super(message);
  }
}

// Rooms of a batch: [{ roomId, epoch, first, last }].
const NEW_LOGS = `
  INSERT INTO logs (room_id, epoch, archived_seq)
  SELECT value ->> 'roomId', value ->> 'epoch', 0 FROM json_each(?1) WHERE true
  ON CONFLICT DO NOTHING`;
const CONFLICTS = `
  SELECT l.room_id, CAST(l.epoch AS BLOB) AS epoch, l.archived_seq,
    b.value ->> 'epoch' AS batch_epoch, b.value ->> 'first' AS first
  FROM json_each(?1) b JOIN logs l ON l.room_id = b.value ->> 'roomId'
  WHERE l.epoch <> b.value ->> 'epoch' OR l.archived_seq + 1 < b.value ->> 'first'`;
const REFUSE_CONFLICTS = `INSERT INTO log_conflicts SELECT room_id FROM (${CONFLICTS})`;
// Events of a batch: [[room, seq, id, user, txnId, ts, kind, frame, crc]], each frame the very JSON
// that clients got. Facts stand beside it, for what SQLite looks for in a frame it reads from its start.
// A batch may hold events that are archived already, but never others under their numbers: then the
// journal is an older copy, and going on would lose what was said since.
// Frames are looked at only of rooms whose batch begins at or below the watermark: after a crash.
// CROSS JOIN keeps SQLite from going through all that a room has for each of the batch's events.
const OTHERS = `
  SELECT l.room_id, e.seq
  FROM json_each(?1) b
  JOIN logs l ON l.room_id = b.value ->> 'roomId' AND l.archived_seq >= b.value ->> 'first'
  CROSS JOIN (
    SELECT value ->> 0 AS room_id, value ->> 1 AS seq, value ->> 2 AS id FROM json_each(?2)
  ) f ON f.room_id = l.room_id
  CROSS JOIN events e ON e.room_id = l.room_id AND e.seq = f.seq
  WHERE e.id <> f.id`;
const REFUSE_OTHERS = `INSERT INTO log_conflicts SELECT room_id FROM (${OTHERS})`;
// Changes of messages come behind the messages, as they do in the log.
const NEW_MESSAGES = newEvents("=");
const NEW_CHANGES = newEvents("<>");
// Ids of deleted messages: what was archived of their texts goes. The checksum of a frame that is
// changed here is not known; its form still tells when it is damaged.
const SCRUB = `
  UPDATE events INDEXED BY events_id SET crc = NULL, frame = CASE kind
    WHEN 'message'
      THEN json_set(frame, '$.message.text', '', '$.message.deleted', json('true'))
    ELSE json_set(frame, '$.text', '') END
  WHERE id IN (SELECT value FROM json_each(?1)) AND kind IN ('message', 'message_edited')`;
const MOVE_WATERMARKS = `
  UPDATE logs SET archived_seq = max(archived_seq, b.value ->> 'last')
  FROM json_each(?1) b WHERE logs.room_id = b.value ->> 'roomId'`;

// All text as bytes: the driver ends the process over text that damage made invalid UTF-8.
// What is no change is a message, also when damage shows it otherwise: the frame tells for sure.
const IS_MESSAGE = "kind NOT IN ('message_edited', 'message_deleted', 'reaction')";
const COLUMNS = `seq, CAST(id AS BLOB) AS id, ts, ${IS_MESSAGE} AS is_message,
  CAST(frame AS BLOB) AS frame, crc`;
const BEFORE =
  `SELECT ${COLUMNS} FROM events WHERE room_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3`;
const AFTER = `
  SELECT ${COLUMNS}, (SELECT archived_seq FROM logs WHERE room_id = ?1) AS archived
  FROM events WHERE room_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3`;
const MESSAGES_BEFORE = `SELECT ${COLUMNS} FROM events
  WHERE room_id = ?1 AND seq < ?2 AND ${IS_MESSAGE} ORDER BY seq DESC LIMIT ?3`;
const SPAN = `
  SELECT count(*) AS held, (SELECT archived_seq FROM logs WHERE room_id = ?1) AS archived
  FROM events WHERE room_id = ?1 AND seq >= ?2 AND seq < ?3`;
const MESSAGES_AT = `SELECT ${COLUMNS} FROM events
  WHERE room_id = ?1 AND seq IN (SELECT value FROM json_each(?2)) AND ${IS_MESSAGE}`;
const MESSAGE = `SELECT ${COLUMNS} FROM events INDEXED BY events_id
  WHERE id = ?2 AND room_id = ?1 AND ${IS_MESSAGE}`;
const RECEIPTS = `SELECT ${COLUMNS}, user_id = ?2 AS is_own FROM events INDEXED BY events_txn
  WHERE room_id = ?1 AND txn_id = ?3 ORDER BY is_own DESC, seq LIMIT ${MAX_ROWS}`;
// The last change of each kind, by each user and with each emoji: what came before it is outdone.
const CHANGES = `
  SELECT ${COLUMNS}, max(seq) FROM events INDEXED BY events_id
  WHERE id IN (SELECT value FROM json_each(?2)) AND room_id = ?1 AND kind <> 'message'
  GROUP BY events.id, kind, CASE kind WHEN 'reaction' THEN user_id END,
    CASE WHEN json_valid(events.frame) THEN events.frame ->> '$.emoji' END
  ORDER BY seq LIMIT ?3 OFFSET ?4`;

/** Told of an archived event that can't be read any more. */
export type OnDamage = (roomId: number, seq: number) => void;

/**
 * Reads and appends events. All rejections but conflicts are `DatabaseError`s. In the place of an
 * event whose bytes were damaged a notice is given, never something else.
 */
export class Events {
  constructor(
    private readonly database: Database,
    private readonly onDamage: OnDamage = () => {},
  ) {}

  /**
   * Adds events of any rooms in one transaction, and moves each room's watermark in the same.
   * Events that are there already stay as they are.
   *
   * @throws {LogConflictError} when a room's epoch differs, events before the batch are missing, or
   * other events have the numbers of these
   */
  async apply(batches: readonly RoomBatch[]): Promise<void> {
    const rooms = JSON.stringify(batches.map(({ roomId, epoch, events }) => ({
      roomId,
      epoch,
      first: events[0]?.seq,
      last: events.at(-1)?.seq,
    })));
    const chunks = chunksOf(batches);
    const hasChanges = batches.some(({ events }) =>
      events.some(({ frame }) => frame.type !== "message")
    );
    try {
      await this.database.write([
        { sql: NEW_LOGS, args: [rooms] },
        { sql: REFUSE_CONFLICTS, args: [rooms] },
        ...chunks.flatMap((frames) => [
          { sql: REFUSE_OTHERS, args: [rooms, frames] },
          { sql: NEW_MESSAGES, args: [frames] },
          ...(hasChanges ? [{ sql: NEW_CHANGES, args: [frames] }] : []),
        ]),
        ...scrubs(batches),
        { sql: MOVE_WATERMARKS, args: [rooms] },
      ]);
    } catch (error) {
      if (error instanceof DatabaseError && error.message.includes("log_conflict")) {
        await this.#explainConflict(rooms, chunks);
      }
      throw error;
    }
  }

  /**
   * Gives a room's log a new epoch and says how far it is archived: for a log that is made anew,
   * or for the first time (0).
   */
  async startEpoch(roomId: number, epoch: string): Promise<number> {
    await this.database.write([{
      sql: `INSERT INTO logs (room_id, epoch, archived_seq) VALUES (?1, ?2, 0)
        ON CONFLICT DO UPDATE SET epoch = excluded.epoch`,
      args: [roomId, epoch],
    }]);
    const [row] = await this.database.read("SELECT archived_seq FROM logs WHERE room_id = ?1", [
      roomId,
    ]);
    return Number(row?.archived_seq ?? 0);
  }

  /** How far a room's log is archived, and which log that is; undefined when there is none. */
  async archivedLog(roomId: number): Promise<{ epoch: string; archived: number } | undefined> {
    const [row] = await this.database.read(
      "SELECT CAST(epoch AS BLOB) AS epoch, archived_seq FROM logs WHERE room_id = ?1",
      [roomId],
    );
    return row && { epoch: textOf(row.epoch), archived: Number(row.archived_seq) };
  }

  /** The newest `limit` events before `seq`, oldest first. */
  async before(roomId: number, seq: number, limit: number): Promise<LogEvent[]> {
    const newestFirst = await this.#page(BEFORE, roomId, seq, limit);
    return newestFirst.reverse();
  }

  /** The oldest `limit` events after `seq`, oldest first. */
  async after(roomId: number, seq: number, limit: number): Promise<LogEvent[]> {
    return await this.#page(AFTER, roomId, seq, limit);
  }

  /** The newest `limit` messages before `seq`, as the archive's events make them, oldest first. */
  async messagesBefore(roomId: number, seq: number, limit: number): Promise<Message[]> {
    const messages: Message[] = [];
    let first = seq;
    while (messages.length < limit && first > 1) {
      const count = Math.min(limit - messages.length, MAX_ROWS);
      const rows = await this.database.read(MESSAGES_BEFORE, [roomId, first, count]);
      messages.push(...this.#toMessages(roomId, rows));
      first = rows.length < count ? 1 : messages.at(-1)?.seq ?? 1;
    }
    await this.#checkWhole(roomId, first, seq);
    return await this.#changed(roomId, messages.reverse());
  }

  /** One message of a room, as the archive's events make it. */
  async message(roomId: number, id: string): Promise<Message | undefined> {
    const rows = await this.database.read(MESSAGE, [roomId, id]);
    const [message] = await this.#changed(roomId, this.#toMessages(roomId, rows));
    return message;
  }

  /** The messages of a room with these numbers, as the archive's events make them. */
  async messagesAt(roomId: number, seqs: readonly number[]): Promise<Message[]> {
    const rows = await this.database.read(MESSAGES_AT, [roomId, JSON.stringify(seqs)]);
    return await this.#changed(roomId, this.#toMessages(roomId, rows));
  }

  /** What became of a send, by its `txnId`: of the first one, should there be several. */
  async receipt(roomId: number, userId: string, txnId: string): Promise<Receipt | undefined> {
    for (const row of await this.database.read(RECEIPTS, [roomId, userId, txnId])) {
      const event = this.#readable(roomId, row);
      if (event?.facts.userId === userId) return receiptOf(event.facts);
      if (event !== undefined || row.is_own !== 1) continue;
      // The columns still tell what became of it.
      this.onDamage(roomId, Number(row.seq));
      return { id: textOf(row.id), seq: Number(row.seq), ts: Number(row.ts) };
    }
    return undefined;
  }

  /** Deletes all that is kept of a room. */
  async purge(roomId: number): Promise<void> {
    await this.database.write(["events", "logs"].map((table) => ({
      sql: `DELETE FROM ${table} WHERE room_id = ?1`,
      args: [roomId],
    })));
  }

  async #page(sql: string, roomId: number, seq: number, limit: number): Promise<LogEvent[]> {
    const events: LogEvent[] = [];
    // Where the log ends on that side: the archive holds all before it.
    let end = 1;
    while (events.length < limit) {
      const count = Math.min(limit - events.length, MAX_ROWS);
      const from = events.at(-1)?.seq ?? seq;
      const rows = await this.database.read(sql, [roomId, from, count]);
      events.push(...rows.map((row) => this.#toEvent(roomId, row)));
      end = Number(rows[0]?.archived ?? end);
      if (rows.length < count) break;
    }
    const step = sql === AFTER ? 1 : -1;
    const short = events.length < limit && events.length > 0 && events.at(-1)?.seq !== end;
    // Whoever asks for what is before some number may ask from beyond the head.
    const start = sql === AFTER ? seq + 1 : events[0]?.seq ?? 0;
    if (short || events.some((event, index) => event.seq !== start + index * step)) {
      throw new DatabaseError(`the archive of room ${roomId} lacks events: its file is damaged`);
    }
    return events;
  }

  /** Throws when an event from `first` on and before a number is missing. */
  async #checkWhole(roomId: number, first: number, before: number): Promise<void> {
    const [row] = await this.database.read(SPAN, [roomId, first, before]);
    const last = Math.min(before - 1, Number(row?.archived ?? 0));
    if (Number(row?.held) === Math.max(0, last - first + 1)) return;
    throw new DatabaseError(`the archive of room ${roomId} lacks events after ${first - 1}`);
  }

  #toMessages(roomId: number, rows: readonly Row[]): Message[] {
    return rows.flatMap((row) => {
      const { frame } = this.#toEvent(roomId, row);
      return frame.type === "message" ? [frame.message] : [];
    });
  }

  /** Messages with all their changes. */
  async #changed(roomId: number, messages: readonly Message[]): Promise<Message[]> {
    if (messages.length === 0) return [];
    const changed = new Map(messages.map((message) => [message.id, message]));
    const ids = JSON.stringify([...changed.keys()]);
    for (let offset = 0, more = true; more; offset += MAX_ROWS) {
      const rows = await this.database.read(CHANGES, [roomId, ids, MAX_ROWS, offset]);
      for (const row of rows) {
        const { frame } = this.#toEvent(roomId, row);
        if (frame.type === "message") continue;
        const message = changed.get(frame.id);
        if (message !== undefined) changed.set(frame.id, withChange(message, frame));
      }
      more = rows.length === MAX_ROWS;
    }
    return [...changed.values()];
  }

  #toEvent(roomId: number, row: Row): LogEvent {
    const event = this.#readable(roomId, row);
    if (event !== undefined) return event;
    const { seq, id, ts, is_message } = row;
    this.onDamage(roomId, Number(seq));
    // A change has the id of a message that is there.
    const known = is_message === 1 ? textOf(id) : undefined;
    return lostMessage(roomId, Number(seq), Number(ts), known);
  }

  /** The event of a row; undefined when it was damaged. */
  #readable(roomId: number, { seq, frame, crc }: Row): LogEvent | undefined {
    const bytes = new Uint8Array(frame as ArrayBuffer);
    const event = crc === null || crc === crc32(bytes) ? tryToRead(bytes) : undefined;
    return event?.seq === Number(seq) && event.frame.roomId === roomId ? event : undefined;
  }

  async #explainConflict(rooms: string, chunks: readonly string[]): Promise<void> {
    const [row] = await this.database.read(`${CONFLICTS} LIMIT 1`, [rooms]);
    if (row === undefined) return await this.#explainOthers(rooms, chunks);
    const { room_id, epoch, archived_seq, batch_epoch, first } = row;
    throw new LogConflictError(
      Number(room_id),
      `the archive holds log ${
        textOf(epoch)
      } up to ${archived_seq}, the journal has log ${batch_epoch} from ${first} on`,
    );
  }

  async #explainOthers(rooms: string, chunks: readonly string[]): Promise<void> {
    for (const frames of chunks) {
      const [row] = await this.database.read(`${OTHERS} LIMIT 1`, [rooms, frames]);
      if (row === undefined) continue;
      const { room_id, seq } = row;
      throw new LogConflictError(
        Number(room_id),
        `the archive holds another event ${seq} than the journal: the journal is an older copy`,
      );
    }
  }
}

/**
 * Adds the events of one sort. What is archived already is left out, so a batch that is applied
 * again changes nothing.
 */
function newEvents(isMessage: "=" | "<>"): string {
  return `
    INSERT INTO events (room_id, seq, id, user_id, txn_id, ts, kind, frame, crc)
    SELECT l.room_id, e.value ->> 1, e.value ->> 2, e.value ->> 3, e.value ->> 4, e.value ->> 5,
      e.value ->> 6, e.value ->> 7, e.value ->> 8
    FROM json_each(?1) e JOIN logs l ON l.room_id = e.value ->> 0
    WHERE e.value ->> 6 ${isMessage} 'message' AND e.value ->> 1 > l.archived_seq`;
}

/**
 * The events of a batch as JSON arrays, each small enough for one statement. Rooms by number: the
 * full-text index is written piecemeal when rows don't come in the order of their ids.
 */
function chunksOf(batches: readonly RoomBatch[]): string[] {
  const chunks: string[][] = [];
  let left = 0;
  const inOrder = batches.toSorted((a, b) => a.roomId - b.roomId);
  for (const { frame, facts, json } of inOrder.flatMap(({ events }) => events)) {
    const { seq, id, userId, txnId, ts } = facts;
    const item = JSON.stringify(
      [frame.roomId, seq, id, userId, txnId, ts, frame.type, json, crc32(json)],
    );
    if (item.length > left) {
      chunks.push([]);
      left = MAX_ARGUMENT_CHARS;
    }
    chunks.at(-1)?.push(item);
    left -= item.length + 1;
  }
  return chunks.map((items) => `[${items.join(",")}]`);
}

/** What takes out the texts of the messages that a batch deletes. */
function scrubs(batches: readonly RoomBatch[]): Statement[] {
  const ids = batches.flatMap(({ events }) =>
    events.flatMap(({ frame }) => frame.type === "message_deleted" ? [frame.id] : [])
  );
  return ids.length === 0 ? [] : [{ sql: SCRUB, args: [JSON.stringify(ids)] }];
}

function receiptOf({ id, seq, ts }: Receipt): Receipt {
  return { id, seq, ts };
}

/** Text that was read as bytes; what is no UTF-8 any more shows as such. */
function textOf(bytes: Row[string] | undefined): string {
  return new TextDecoder().decode(bytes as ArrayBuffer);
}

/** Events from before there were checksums show only by their form that they were damaged. */
function tryToRead(bytes: Uint8Array): LogEvent | undefined {
  try {
    return eventFromJson(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}
