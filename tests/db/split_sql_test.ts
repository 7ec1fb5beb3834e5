import assert from "node:assert/strict";
import { splitSql } from "@/db/split_sql.ts";

Deno.test("a semicolon within quotes, comments or a trigger ends no statement", () => {
  const insert = `INSERT INTO a VALUES ('it''s -- one; text', ";" /* ; */)`;
  const trigger = `CREATE TRIGGER t AFTER INSERT ON a BEGIN
    INSERT INTO b VALUES (CASE new.x WHEN 1 THEN 2 END);
    DELETE FROM b_end WHERE x = 'END;';
  END`;
  const file =
    `-- first; a comment\n${insert};\n\n${trigger};\nDROP TABLE c; DROP TABLE d -- last;\n`;
  assert.deepEqual(splitSql(file), [
    insert.replace("/* ; */", " "),
    trigger,
    "DROP TABLE c",
    "DROP TABLE d",
  ]);
});

Deno.test("a file of comments has no statement", () => {
  assert.deepEqual(splitSql("-- nothing;\n/* at all; */\n;\n"), []);
});
