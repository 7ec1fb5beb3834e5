/** Reads archives whose file was spoilt, and prints the events of each: see tests/spoilt.ts. */
import { Events } from "@/db/events.ts";
import { MigratedDatabase } from "@/db/migrate.ts";
import { openDatabase } from "@/db/open.ts";
import { textOf } from "../log_events.ts";

for (const path of Deno.args) {
  const database = new MigratedDatabase(await openDatabase({ url: `file:${path}` }));
  let found: [number, string][] | null = null;
  try {
    const events = await new Events(database).after(1, 0, 100);
    found = events.map((event) => [event.seq, textOf(event)]);
  } catch {
    // It is told that something is wrong.
  }
  await database.close().catch(() => {});
  console.log(JSON.stringify(found));
}
