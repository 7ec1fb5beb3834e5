/** Copies of users and rooms. */
import type { Database, Row } from "./database.ts";

/** Records that are read at once. */
const PAGE = 200;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A record that was copied. */
export interface Copy {
  readonly id: string;
  /** Undefined when a disk spoilt it. */
  readonly record: unknown;
}

/** Writes copies of directory records; the last one written stays. */
export class DirectoryTable {
  constructor(private readonly database: Database) {}

  /** Writes users. */
  async putUsers(records: readonly { readonly id: string }[]): Promise<void> {
    await this.#put("users", records);
  }

  /** Writes rooms. */
  async putRooms(records: readonly { readonly id: number }[]): Promise<void> {
    await this.#put("rooms", records);
  }

  /** Deletes a room's copy. */
  async deleteRoom(id: number): Promise<void> {
    await this.database.write([{ sql: "DELETE FROM rooms WHERE id = ?1", args: [id] }]);
  }

  /** All users, by id. */
  users(): AsyncGenerator<Copy> {
    return this.#all("users");
  }

  /** All rooms, by id. */
  rooms(): AsyncGenerator<Copy> {
    return this.#all("rooms");
  }

  async *#all(table: "users" | "rooms"): AsyncGenerator<Copy> {
    // As bytes: the driver ends the process over text that damage made invalid UTF-8.
    const sql = `SELECT CAST(id AS BLOB) AS id, CAST(record AS BLOB) AS record FROM ${table}
      ORDER BY ${table}.id LIMIT ${PAGE} OFFSET ?1`;
    for (let offset = 0, count = PAGE; count === PAGE; offset += PAGE) {
      const rows = await this.database.read(sql, [offset]);
      count = rows.length;
      for (const { id, record } of rows) {
        yield { id: new TextDecoder().decode(id as ArrayBuffer), record: tryToRead(record) };
      }
    }
  }

  async #put(table: "users" | "rooms", records: readonly object[]): Promise<void> {
    if (records.length === 0) return;
    await this.database.write([{
      sql: `INSERT INTO ${table} (id, record)
        SELECT value ->> 'id', value FROM json_each(?1) WHERE true
        ON CONFLICT DO UPDATE SET record = excluded.record`,
      args: [JSON.stringify(records)],
    }]);
  }
}

function tryToRead(bytes: Row[string] | undefined): unknown {
  try {
    return JSON.parse(decoder.decode(bytes as ArrayBuffer));
  } catch {
    return undefined;
  }
}
