/** Migrations: numbered SQL files, each applied once, in order. */
import { type Database, DatabaseError, type Row, type Statement, type Value } from "./database.ts";
import { splitSql } from "./split_sql.ts";

const FOLDER = new URL("./migrations/", import.meta.url);

/** A migration may have all messages to go through, over a network; in milliseconds. */
const MIGRATION_MS = 600_000;

/** The database and this program don't fit together; somebody must decide what to do. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/** One file: `001_initial.sql`. */
interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/**
 * A database that is brought up to date before anything else is asked of it. When it can't be
 * reached then, what is asked is rejected, and the next question tries again.
 */
export class MigratedDatabase implements Database {
  #ready: Promise<void> | undefined;

  constructor(private readonly database: Database, private readonly folder = FOLDER) {}

  /**
   * Brings it up to date.
   *
   * @throws {DatabaseError} when it can't be reached
   * @throws {MigrationError} when an applied file was changed, or the database is newer
   */
  ready(): Promise<void> {
    this.#ready ??= migrate(this.database, this.folder).catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async read(sql: string, args?: readonly Value[]): Promise<Row[]> {
    await this.#usable();
    return await this.database.read(sql, args);
  }

  async write(statements: readonly Statement[], timeoutMs?: number): Promise<void> {
    await this.#usable();
    await this.database.write(statements, timeoutMs);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** Who reads or writes need not know about migrations: to them it is a database that refuses. */
  async #usable(): Promise<void> {
    try {
      await this.ready();
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      throw new DatabaseError(error.message, { cause: error });
    }
  }
}

async function migrate(database: Database, folder: URL): Promise<void> {
  await database.write([{
    sql: `CREATE TABLE IF NOT EXISTS schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      applied_at INTEGER NOT NULL
    )`,
  }, {
    // Changes nothing, but a file that may only be read refuses it.
    sql: "DELETE FROM schema_migrations WHERE version < 0",
  }]);
  const migrations = await readMigrations(folder);
  let applied = await readApplied(database);
  // Nothing may be built on what this program does not know.
  check(migrations, applied);
  for (const migration of migrations) {
    if (applied.has(migration.version)) continue;
    try {
      await database.write(statementsOf(migration), MIGRATION_MS);
    } catch (error) {
      // Another server may have been faster; then its record is there.
      applied = await readApplied(database);
      if (!applied.has(migration.version)) throw error;
    }
  }
  check(migrations, await readApplied(database));
}

function check(migrations: readonly Migration[], applied: ReadonlyMap<number, string>): void {
  for (const { version, name, sha256 } of migrations) {
    if (!applied.has(version) || applied.get(version) === sha256) continue;
    throw new MigrationError(`the database was set up by another ${name} than this program has`);
  }
  const newest = Math.max(0, ...applied.keys());
  if (newest > migrations.length) {
    throw new MigrationError(
      `the database is of version ${newest}, this program knows up to ${migrations.length}: update it`,
    );
  }
}

function statementsOf({ version, name, sql, sha256 }: Migration): Statement[] {
  return [
    // First, so that of two servers at once the second fails here and changes nothing.
    {
      sql: "INSERT INTO schema_migrations VALUES (?, ?, ?, ?)",
      args: [version, name, sha256, Date.now()],
    },
    ...splitSql(sql).map((statement) => ({ sql: statement })),
  ];
}

async function readApplied(database: Database): Promise<Map<number, string>> {
  // As bytes: the driver ends the process over text that damage made invalid UTF-8.
  const rows = await database.read(
    "SELECT version, CAST(sha256 AS BLOB) AS sha256 FROM schema_migrations",
  );
  const decoder = new TextDecoder();
  return new Map(
    rows.map(({ version, sha256 }) => [Number(version), decoder.decode(sha256 as ArrayBuffer)]),
  );
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (/^\d{3}_\w+\.sql$/.test(name)) names.push(name);
  }
  return await Promise.all(
    names.sort().map(async (name) => {
      const sql = await Deno.readTextFile(new URL(name, folder));
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sql));
      const sha256 = new Uint8Array(digest).toHex();
      return { version: Number(name.slice(0, 3)), name, sql, sha256 };
    }),
  );
}
