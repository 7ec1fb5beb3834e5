/** Migrations: each once, in order, never another one under the same name. */
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openDatabase } from "@/db/open.ts";
import { DatabaseError } from "@/db/database.ts";
import { MigratedDatabase, MigrationError } from "@/db/migrate.ts";
import { sqld } from "../sqld.ts";
import { tempDir } from "../temp.ts";

async function folder(dir: string, files: Record<string, string>): Promise<URL> {
  await Deno.mkdir(`${dir}/migrations`, { recursive: true });
  for (const [name, sql] of Object.entries(files)) {
    await Deno.writeTextFile(`${dir}/migrations/${name}`, sql);
  }
  return pathToFileURL(`${dir}/migrations/`);
}

const ONE = { "001_one.sql": "-- a table; with a comment\nCREATE TABLE one (x);\n" };
const TWO = { "002_two.sql": "CREATE TABLE two (y);\nINSERT INTO two VALUES (2);\n" };

Deno.test("new files are applied, applied ones are not applied again", async () => {
  await using dir = await tempDir();
  const url = `file:${dir.path}/a.db`;
  for (const files of [ONE, TWO, TWO]) {
    const database = new MigratedDatabase(
      await openDatabase({ url }),
      await folder(dir.path, files),
    );
    await database.ready();
    await database.close();
  }
  const database = await openDatabase({ url });
  assert.deepEqual(await database.read("SELECT y FROM two"), [{ y: 2 }]);
  assert.deepEqual(
    await database.read("SELECT version, name FROM schema_migrations ORDER BY version"),
    [{ version: 1, name: "001_one.sql" }, { version: 2, name: "002_two.sql" }],
  );
  await database.close();
});

Deno.test("a file that fails changes nothing", async () => {
  await using dir = await tempDir();
  const url = `file:${dir.path}/a.db`;
  const bad = { "001_bad.sql": "CREATE TABLE one (x);\nCREATE TABLE one (x);\n" };
  const migrated = new MigratedDatabase(await openDatabase({ url }), await folder(dir.path, bad));
  await assert.rejects(migrated.ready(), /already exists/);
  assert.deepEqual(
    await migrated.close().then(async () => {
      const database = await openDatabase({ url });
      const rows = await database.read("SELECT name FROM sqlite_master WHERE name = 'one'");
      await database.close();
      return rows;
    }),
    [],
  );
});

Deno.test("an applied file that was changed, and a database that is newer, are refused", async () => {
  await using dir = await tempDir();
  const url = `file:${dir.path}/a.db`;
  const migrate = async (files: Record<string, string>) => {
    const at = await folder(dir.path, files);
    const database = new MigratedDatabase(await openDatabase({ url }), at);
    try {
      await database.ready();
    } finally {
      await database.close();
    }
  };
  await migrate({ ...ONE, ...TWO });
  const changed = { "001_one.sql": "CREATE TABLE other (x);\n" };
  const added = { "003_three.sql": "CREATE TABLE three (z);\n" };
  await assert.rejects(migrate({ ...changed, ...added }), MigrationError);
  const database = await openDatabase({ url });
  assert.deepEqual(await database.read("SELECT 1 FROM sqlite_master WHERE name = 'three'"), []);
  await database.close();
  await Deno.remove(`${dir.path}/migrations/003_three.sql`);
  await migrate(ONE);
  await Deno.remove(`${dir.path}/migrations/002_two.sql`);
  await assert.rejects(migrate({}), /of version 2, this program knows up to 1/);
});

Deno.test("servers that start at the same moment migrate once", async () => {
  await using dir = await tempDir();
  await using server = await sqld();
  await server.start();
  const at = await folder(dir.path, { ...ONE, ...TWO });
  const databases = await Promise.all(
    Array.from({ length: 4 }, async () => new MigratedDatabase(await openDatabase(server), at)),
  );
  await Promise.all(databases.map((database) => database.ready()));
  assert.deepEqual(await databases[0]?.read("SELECT y FROM two"), [{ y: 2 }]);
  for (const database of databases) await database.close();
});

Deno.test("a migration may take longer than anything else", async () => {
  await using dir = await tempDir();
  await using server = await sqld();
  await server.start();
  const slow = (count: number) =>
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO one SELECT max(i) FROM n`;
  const count = 3_000_000;
  const files = { ...ONE, "002_slow.sql": slow(count) };
  const database = await openDatabase({ ...server, timeoutMs: 200 });
  const migrated = new MigratedDatabase(database, await folder(dir.path, files));
  await migrated.ready();
  assert.deepEqual(await migrated.read("SELECT x FROM one"), [{ x: count }]);
  await assert.rejects(migrated.write([{ sql: slow(count) }]), DatabaseError);
  await migrated.close();
});

Deno.test("to who reads and writes, a database that does not fit is one that refuses", async () => {
  await using dir = await tempDir();
  await using server = await sqld();
  const at = await folder(dir.path, ONE);
  const migrated = new MigratedDatabase(await openDatabase(server), at);
  await assert.rejects(migrated.ready(), DatabaseError, "not there yet");
  await server.start();
  const newer = new MigratedDatabase(
    await openDatabase(server),
    await folder(`${dir.path}/newer`, { ...ONE, ...TWO }),
  );
  await newer.ready();
  await newer.close();
  await assert.rejects(migrated.ready(), MigrationError);
  for (const asked of [() => migrated.read("SELECT 1"), () => migrated.write([])]) {
    await assert.rejects(
      asked,
      (error) => error instanceof DatabaseError && /of version 2/.test(error.message),
    );
  }
  await migrated.close();
});

Deno.test("processes that open a new file at the same moment migrate it once", async () => {
  await using dir = await tempDir();
  const url = `file:${dir.path}/a.db`;
  const program = `
    import { openDatabase } from "@/db/open.ts";
    import { MigratedDatabase } from "@/db/migrate.ts";
    const database = new MigratedDatabase(await openDatabase({ url: "${url}" }));
    await database.ready();
    await database.close();`;
  const file = `${dir.path}/open.ts`;
  await Deno.writeTextFile(file, program);
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const processes = Array.from({ length: 3 }, () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--cached-only", "--config", config, file],
    }).output());
  for (const { success, stderr } of await Promise.all(processes)) {
    assert.ok(success, new TextDecoder().decode(stderr));
  }
  const database = await openDatabase({ url });
  const rows = await database.read("SELECT count(*) AS count FROM schema_migrations");
  const files = [...Deno.readDirSync(new URL("../../db/migrations", import.meta.url))];
  assert.deepEqual(rows, [{ count: files.length }]);
  await database.close();
});
