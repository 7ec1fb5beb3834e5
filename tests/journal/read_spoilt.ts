/** Reads journals whose file was spoilt, and prints the texts of each: see tests/spoilt.ts. */
import { KvJournal } from "@/lib/journal/kv_journal.ts";
import { openKv } from "@/lib/journal/open_kv.ts";
import { createLog } from "@/lib/log.ts";
import { Metrics } from "@/lib/metrics.ts";
import { textOf } from "../log_events.ts";

const silent = createLog({ format: "json", level: "error", write: () => {} });

for (const path of Deno.args) {
  let texts: string[] | undefined;
  try {
    using kv = await openKv(path);
    const journal = new KvJournal(kv, new Metrics(), silent);
    const log = await journal.load(1, () => Promise.resolve(undefined));
    texts = log?.events.map(textOf);
  } catch {
    // It is told that something is wrong.
  }
  console.log(JSON.stringify(texts ?? null));
}
