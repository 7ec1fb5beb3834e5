import assert from "node:assert/strict";
import { ReadMarks } from "@/lib/directory/read_marks.ts";
import { createLog } from "@/lib/log.ts";
import { tempKv, until } from "../temp.ts";

Deno.test("a mark that can't be written now is written later, and ends nothing", async () => {
  await using store = await tempKv();
  const { kv } = store;
  let failures = 3;
  const full = {
    get: (key: Deno.KvKey) => kv.get(key),
    atomic() {
      if (failures-- > 0) throw new Error("disk I/O error");
      return kv.atomic();
    },
  } as unknown as Deno.Kv;
  let log = "";
  const write = (line: string) => log += line;
  const marks = new ReadMarks(full, createLog({ format: "json", level: "warn", write }), 1);
  await marks.set("ann", 1, 7);
  await until(async () => (await kv.get(["read", "ann", 1])).value === 7);
  assert.match(log, /read marks can't be written/);
});
