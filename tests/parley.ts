/** A real Parley server in a process of its own. */
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { tempDir } from "./temp.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** How the start task runs the server: with its permissions, and no others. */
const START = config.tasks.start.command.split(" ").slice(1);

/** A running server. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  /** What it said when it was ready. */
  readonly ready: string;
  readonly pid: number;
  readonly dataDir: string;
  /** What it wrote to its log so far. */
  readonly log: () => string;
  /** When it ended, by whatever it was: its exit code. */
  readonly ended: Promise<number>;
  /** Ends it without warning, as a power cut of the process would. */
  kill(): Promise<void>;
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number>;
}

/** How a server is started. */
export interface ServerOptions {
  /** Environment variables beside the defaults of tests. */
  readonly env?: Record<string, string>;
  /** A folder that outlives the server; without one it has its own. */
  readonly dataDir?: string;
  /** Files cannot grow beyond this, as on a full disk. */
  readonly maxFileKiB?: number;
  /** What is run with all permissions, and its arguments, when it is not the server as it is. */
  readonly program?: readonly string[];
  /** A command that runs the server, such as a tracer. */
  readonly under?: readonly string[];
}

/** Starts a process of the server; it may fail to start. */
export function spawn(
  { env = {}, dataDir, maxFileKiB, program, under = [] }: ServerOptions,
): Deno.ChildProcess {
  const run = program === undefined ? START : ["run", "-A", ...program];
  const command = [...under, Deno.execPath(), ...run.toSpliced(1, 0, "--cached-only")];
  // With its signal ignored, a write beyond the limit fails as one to a full disk does.
  const limit = maxFileKiB === undefined ? "" : `ulimit -f ${maxFileKiB}; `;
  return new Deno.Command("bash", {
    args: ["-c", `trap '' XFSZ; ${limit}exec "$@"`, "server", ...command],
    cwd: ROOT,
    env: {
      PORT: "0",
      LOG_FORMAT: "json",
      RATE_MESSAGES_PER_SECOND: "0",
      ...(dataDir === undefined ? {} : { DATA_DIR: dataDir }),
      ...env,
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Starts a server and waits until it says where it is. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const folder = options.dataDir === undefined ? await tempDir() : undefined;
  const dataDir = options.dataDir ?? folder?.path ?? "";
  const process = spawn({ ...options, dataDir });
  let log = "";
  const logged = collect(process.stderr, (text) => log += text);
  const { line, drained } = await firstLine(process.stdout);
  const url = /http:\/\/\S+/.exec(line)?.[0];
  if (url === undefined) {
    await process.status;
    await logged;
    await folder?.[Symbol.asyncDispose]();
    throw new Error(`the server did not start: ${log}`);
  }

  const end = async (signal: Deno.Signal): Promise<number> => {
    try {
      process.kill(signal);
    } catch (error) {
      // It is gone already.
      if (!(error instanceof TypeError)) throw error;
    }
    const { code } = await process.status;
    await Promise.all([logged, drained]);
    return code;
  };
  return {
    url,
    ready: line,
    pid: process.pid,
    dataDir,
    log: () => log,
    ended: process.status.then(({ code }) => code),
    kill: async () => void await end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      await folder?.[Symbol.asyncDispose]();
    },
  };
}

/** The exit code and the last words of a server that can't start. */
export async function failToStart(
  options: ServerOptions,
): Promise<{ code: number; stderr: string }> {
  const { code, stderr } = await spawn(options).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  each: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never)) {
    each(text as unknown as string);
  }
}

async function firstLine(
  stream: ReadableStream<Uint8Array>,
): Promise<{ line: string; drained: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  const drained = collect(stream, (more) => {
    text += more;
    if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")));
  }).finally(() => resolve(text));
  return { line: await promise, drained };
}
