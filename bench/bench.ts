/**
 * Parley beside its peers: `deno task bench [--only rooms,latency] [--peers parley,limit]
 * [--rounds 3] [--seconds 2] [--json FILE]`. Servers run on CPU 0, in turn, the generator on CPU 1.
 */
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import type { Figures, Job } from "./load/job.ts";
import { BUN, installPeers, installPrisma } from "./install.ts";
import { type Peer, PEER_LIST, startPeer } from "./peers.ts";
import { startPostgres } from "./postgres.ts";
import { KV_COMMIT, printTable, type Result } from "./table.ts";
import { targets, targetTable } from "./targets.ts";
import { type Work, WORKS } from "./works.ts";

const KV = fileURLToPath(new URL("kv_commit.ts", import.meta.url));
const GENERATOR = fileURLToPath(new URL("load/main.ts", import.meta.url));

const { values } = parseArgs({
  args: Deno.args,
  options: {
    only: { type: "string" },
    peers: { type: "string" },
    rounds: { type: "string", default: "1" },
    seconds: { type: "string", default: "2" },
    json: { type: "string" },
  },
});
const works = chosen(WORKS, values.only, "work");
const wanted = chosen(PEER_LIST, values.peers, "peer");
const installed = await installPeers();
if (!installed) console.error("skipped: all peers of npm (npm ci in bench/peers did not succeed)");
await using postgres = await startPostgres();
if (postgres === undefined) console.error("skipped: peers with PostgreSQL (it is not installed)");
const withPrisma = installed && wanted.some((peer) => peer.needsPrisma) && await installPrisma();
if (wanted.some((peer) => peer.needsPrisma) && !withPrisma) {
  console.error("skipped: the peer with Prisma (its client could not be generated)");
}
const peers = wanted.filter((peer) =>
  (installed || peer.name === "parley" || peer.name === "deno-raw") &&
  (postgres !== undefined || !peer.needsPostgres) && (withPrisma || !peer.needsPrisma)
);
const results: Result[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const work of works) {
    for (const peer of peers) await measure(work, peer, round);
  }
  if (works.some(({ name }) => name === "room-10-1")) await measureCommits(round);
}
printTable(results);
console.log(`\n${targetTable(targets(results))}`);
if (values.json !== undefined) {
  await Deno.writeTextFile(values.json, JSON.stringify(results, null, 1));
}
Deno.exitCode = results.some(({ failure }) => failure !== undefined) ? 1 : 0;

async function measure(work: Work, peer: Peer, round: number): Promise<void> {
  const { name, job } = work;
  const one = { work: name, peer: peer.name, round };
  try {
    const rate = work.halfOf === undefined ? job.rate : saturation(work.halfOf, peer, round) / 2;
    await using server = await startPeer(peer, postgres?.url);
    const { port } = server;
    const rooms = await peer.makeRooms?.(port, work.rooms) ?? numbersTo(work.rooms);
    const figures = await generate({
      ...job,
      port,
      rooms,
      rate,
      seconds: Number(values.seconds),
      wire: peer.wire,
    });
    results.push({ ...one, figures });
    console.error(
      `${name} ${peer.name}: ${Math.round(figures.delivered)}/s, p50 ${figures.p50.toFixed(2)} ms`,
    );
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    results.push({ ...one, failure });
    console.error(`${name} ${peer.name}: FAILED: ${failure}`);
  }
}

/** Deno KV alone, where the servers run; the target for a message's latency is measured by it. */
async function measureCommits(round: number): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "parley-bench-" });
  try {
    const command = ["run", "-A", KV, values.seconds, folder];
    const figures = await figuresOf("0", [Deno.execPath(), ...command]);
    results.push({ work: KV_COMMIT, peer: "deno-kv", round, figures });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** How many messages a second the server took of a closed load, in the same round. */
function saturation(work: string, peer: Peer, round: number): number {
  const found = results.find((one) =>
    one.work === work && one.peer === peer.name && one.round === round
  );
  if (found?.figures === undefined) throw new Error(`${work} must be measured before it`);
  return found.figures.accepted;
}

/** 1, 2, 3 …: what servers call their rooms that make them when they are first asked for. */
function numbersTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function generate(job: Job): Promise<Figures> {
  const runtime = installed ? [BUN] : [Deno.execPath(), "run", "-A"];
  return figuresOf("1", [...runtime, GENERATOR, JSON.stringify(job)]);
}

/** Runs a program on a CPU and reads the figures that it prints. */
async function figuresOf(cpu: string, command: readonly string[]): Promise<Figures> {
  const { success, stdout, stderr } = await new Deno.Command("taskset", {
    args: ["-c", cpu, ...command],
    signal: AbortSignal.timeout(120_000),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim().slice(0, 500));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The ones that are named, or all. */
function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  names: string | undefined,
  what: string,
): readonly T[] {
  if (names === undefined) return all;
  return names.split(",").map((name) => {
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    console.error(`no ${what} ${name}; there are: ${all.map(({ name }) => name).join(", ")}`);
    Deno.exit(2);
  });
}
