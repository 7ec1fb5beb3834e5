import type { Database } from "./database.ts";
export class DirectoryTable {
  constructor(private readonly db: Database) {}
  putUsers(records: readonly { id: string }[]) { return this.#put("users", records); }
  putRooms(records: readonly { id: number }[]) { return this.#put("rooms", records); }
  async #put(table: string, records: readonly object[]) {
    if (!records.length) return;
    await this.db.write([{ sql: `insert into ${table} select value->>'id', value from json_each(?) where true on conflict do update set record=excluded.record`, args: [JSON.stringify(records)] }]);
  }
}
