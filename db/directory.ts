/** Copies of users and rooms. */
import type { Database } from "./database.ts";

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

  /** The users after the one with that id, at most `limit`, by id. */
  async users(after: string, limit: number): Promise<unknown[]> {
    return await this.#get("users", after, limit);
  }

  /** The rooms after the one with that id, at most `limit`, by id. */
  async rooms(after: number, limit: number): Promise<unknown[]> {
    return await this.#get("rooms", after, limit);
  }

  async #get(table: "users" | "rooms", after: string | number, limit: number): Promise<unknown[]> {
    const rows = await this.database.read(
      `SELECT record FROM ${table} WHERE id > ?1 ORDER BY id LIMIT ?2`,
      [after, limit],
    );
    return rows.map(({ record }) => JSON.parse(String(record)));
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
