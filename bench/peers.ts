/** The servers that are compared, each started on CPU 0. */
import { fileURLToPath } from "node:url";
import { BUN, PEERS } from "./install.ts";
import { makeParleyRooms } from "./parley_rooms.ts";
import type { Job } from "./load/job.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A server that the load generator can speak to. */
export interface Peer {
  readonly name: string;
  /** Whether a message is on disk before its ack. */
  readonly durable: boolean;
  readonly needsPostgres?: true;
  readonly needsPrisma?: true;
  /** Its framing, where it is not Parley's. */
  readonly wire?: Job["wire"];
  readonly command: readonly string[];
  /** Makes so many rooms and gives their numbers; without it, rooms are made when first asked for. */
  readonly makeRooms?: (port: number, count: number) => Promise<number[]>;
}

/** Parley as the start task runs it, and the others; see docs/performance.md. */
export const PEER_LIST: readonly Peer[] = [
  {
    name: "parley",
    durable: true,
    command: [Deno.execPath(), "run", "-A", "--cached-only", "serve.ts"],
    makeRooms: makeParleyRooms,
  },
  {
    name: "deno-raw",
    durable: false,
    command: [Deno.execPath(), "run", "-A", "--no-config", `${PEERS}deno_raw.mjs`],
  },
  { name: "node-raw", durable: false, command: ["node", `${PEERS}node_ws.mjs`] },
  {
    name: "bun-raw",
    durable: false,
    command: [BUN, `${PEERS}bun_raw.mjs`],
  },
  {
    name: "socket.io",
    durable: false,
    wire: "socket.io",
    command: ["node", `${PEERS}socket_io.mjs`],
  },
  {
    name: "express-pg",
    durable: true,
    needsPostgres: true,
    command: ["node", `${PEERS}express_pg.mjs`],
  },
  {
    name: "prisma-pg",
    durable: true,
    needsPostgres: true,
    needsPrisma: true,
    command: ["node", `${PEERS}prisma/server.mjs`],
  },
  {
    name: "expert-pg",
    durable: true,
    needsPostgres: true,
    command: ["node", `${PEERS}expert.mjs`],
  },
  {
    name: "durable-object",
    durable: true,
    // The folder is known to the environment alone; exec keeps the process that is ended.
    command: [
      "sh",
      "-c",
      'exec "$0" serve "$1" --directory-path disk="$DATA_DIR" --control-fd=1',
      `${PEERS}node_modules/@cloudflare/workerd-linux-64/bin/workerd`,
      `${PEERS}workerd.capnp`,
    ],
  },
  { name: "limit", durable: false, command: ["node", `${PEERS}node_coalesced.mjs`] },
];

/** A peer that runs. */
export interface Running extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts a peer in a folder of its own and waits until it says where it is.
 *
 * @throws {Error} with what it wrote, when it does not start
 */
export async function startPeer(peer: Peer, databaseUrl: string | undefined): Promise<Running> {
  const dataDir = await Deno.makeTempDir({ prefix: "parley-bench-" });
  const process = new Deno.Command("taskset", {
    args: ["-c", "0", ...peer.command],
    cwd: ROOT,
    env: {
      PORT: "0",
      DATA_DIR: dataDir,
      RATE_MESSAGES_PER_SECOND: "0",
      LOG_LEVEL: "error",
      NODE_ENV: "production",
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const listening = Promise.withResolvers<number>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      if (said.length < 10_000) said += decoder.decode(chunk, { stream: true });
      // workerd says it as JSON.
      const port = /(?:http:\/\/[\w.]+:|"port":)(\d+)/.exec(said)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    }
  };
  const reading = Promise.all([read(process.stdout), read(process.stderr)]);
  const ended = process.status.then(async () => {
    await reading;
    listening.reject(new Error(`${peer.name} did not start: ${said}`));
  });
  const end = async () => {
    // It may be gone already.
    try {
      process.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
    await ended;
    await Deno.remove(dataDir, { recursive: true });
  };
  try {
    return { port: await listening.promise, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
