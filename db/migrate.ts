import { type Args, type Database, DatabaseError, type Statement } from "./database.ts";
export class MigratedDatabase implements Database {
  #ready: Promise<void> | undefined;
  constructor(private readonly inner: Database) {}
  ready(): Promise<void> { return this.#ready ??= this.#migrate().catch((e) => { this.#ready = undefined; throw e; }); }
  async read(sql: string, args?: Args) { await this.ready(); return await this.inner.read(sql, args); }
  async write(s: Statement[]) { await this.ready(); await this.inner.write(s); }
  close() { return this.inner.close(); }
  async #migrate() {
    const t = await this.inner.read("select name from sqlite_master where name='logs'");
    if (t.length) return;
    const sql = await Deno.readTextFile(new URL("./migrations/001_initial.sql", import.meta.url));
    await this.inner.write(sql.replace(/--.*$/gm, "").split(";").filter((x) => x.trim()).map((sql) => ({ sql })));
  }
}
void DatabaseError;
