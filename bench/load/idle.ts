/** Connections that say nothing: says so when all have joined, and holds them until it is killed. */
import { Client } from "./client.ts";

/** What is held. */
export interface IdleJob {
  readonly port: number;
  readonly rooms: readonly number[];
  /** Connections in each room. */
  readonly members: number;
}

const JOINS_AT_ONCE = 32;

const { port, rooms, members }: IdleJob = JSON.parse(Deno.args[0] ?? "");
const places = rooms.flatMap((roomId) =>
  Array.from({ length: members }, (_, n) => ({ roomId, username: `member-${roomId}-${n}` }))
).values();
await Promise.all(Array.from({ length: JOINS_AT_ONCE }, async () => {
  for (const place of places) {
    await (await Client.open(port, fail)).ask({ type: "join", ...place }, "joined");
  }
}));
console.log("all have joined");

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
