/**
 * The join storm: everybody comes into one room with a page of history, all at once, on
 * connections that are yet to be opened. `deno run -A bench/storm.ts [--clients 1000] [--rounds 3]`
 *
 * `deno-raw` keeps no history and tells nobody who else is there: its `joined` is a small one.
 */
import { parseArgs } from "node:util";
import { medians, print, type Row } from "./figures.ts";
import { generate } from "./generate.ts";
import type { StormFigures, StormJob } from "./load/storm.ts";
import { PEER_LIST, startPeer } from "./peers.ts";

/** Messages in the room before, where the server keeps any. */
const HISTORY = 100;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    clients: { type: "string", default: "1000" },
    rounds: { type: "string", default: "3" },
  },
});
const rows: Row[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  for (const peer of PEER_LIST.filter(({ name }) => name === "parley" || name === "deno-raw")) {
    await using server = await startPeer(peer, undefined);
    const history = peer.name === "parley" ? HISTORY : 0;
    const job: StormJob = { port: server.port, clients: Number(values.clients), history };
    const figures = await generate<StormFigures>("storm.ts", job);
    for (const [wave, figure] of Object.entries(figures)) {
      rows.push({
        server: peer.name,
        wave,
        "p50 ms": figure.p50,
        "p99 ms": figure.p99,
        "all ms": figure.all,
        "settled ms": figure.settled,
        "bytes of joined": figure.bytes,
        "generator CPU": figure.generatorCpu,
      });
    }
  }
}
print("storm", medians(rows));
