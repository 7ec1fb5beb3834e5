/**
 * A round by hand, as long and as hard as you like: `deno task faults --seed 7 --minutes 10`.
 * Exits with 1 when a promise was broken; the same seed does the same things again.
 */
import { parseArgs } from "node:util";
import { playRound } from "./round.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string", default: "1" },
    talkers: { type: "string", default: "20" },
    rooms: { type: "string", default: "8" },
    every: { type: "string", default: "400" },
    pause: { type: "string", default: "20" },
    "remote-archive": { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  },
});

const result = await playRound({
  seed: Number(values.seed),
  forMs: Number(values.minutes) * 60_000,
  talkers: Number(values.talkers),
  rooms: Number(values.rooms),
  every: Number(values.every),
  pauseMs: Number(values.pause),
  remoteArchive: values["remote-archive"],
  tell: values.quiet ? undefined : console.log,
});
console.log(JSON.stringify(result, null, 2));
Deno.exit(result.violations.length > 0 ? 1 : 0);
