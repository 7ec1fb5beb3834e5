/** A libSQL file. */
import assert from "node:assert/strict";
import { DatabaseError } from "@/db/database.ts";
import { openDatabase } from "@/db/open.ts";
import { tempDir } from "../temp.ts";

Deno.test("a file that can't be opened is an error, may be closed, and is tried again", async () => {
  await using dir = await tempDir();
  const url = `file:${dir.path}/later/a.db`;
  const never = await openDatabase({ url });
  await assert.rejects(never.read("SELECT 1"), DatabaseError);
  await never.close();
  const later = await openDatabase({ url });
  await assert.rejects(later.read("SELECT 1"), DatabaseError);
  await Deno.mkdir(`${dir.path}/later`);
  assert.deepEqual(await later.read("SELECT 1 AS one"), [{ one: 1 }]);
  await later.close();
});

Deno.test("commits go through to the disk (WAL, FULL), also after a statement failed", async () => {
  await using dir = await tempDir();
  const database = await openDatabase({ url: `file:${dir.path}/a.db` });
  await assert.rejects(database.write([{ sql: "NONSENSE" }]), DatabaseError);
  assert.deepEqual(await database.read("PRAGMA journal_mode"), [{ journal_mode: "wal" }]);
  assert.deepEqual(await database.read("PRAGMA synchronous"), [{ synchronous: 2 }], "FULL");
  await database.close();
});

Deno.test("a batch does not stop the loop of who asks for it", async () => {
  await using dir = await tempDir();
  const database = await openDatabase({ url: `file:${dir.path}/a.db` });
  let done = false;
  const slow = database.read(
    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 1000000) SELECT sum(x) FROM n",
  ).finally(() => done = true);
  let turns = 0;
  for (; !done; turns++) await new Promise((resolve) => setTimeout(resolve));
  await slow;
  assert.ok(turns > 5, `only ${turns} turns`);
  await database.close();
});
