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
