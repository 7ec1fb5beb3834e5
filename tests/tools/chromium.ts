/** Unpacks the Chromium that comes by npm into a place for all, and says where it is. */
import bundled from "@sparticuz/chromium";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Test files that run at once wait for one another.
using lock = await Deno.open(join(tmpdir(), "parley-chromium.lock"), { create: true, write: true });
await lock.lock(true);
console.log(await bundled.executablePath());
