/** Runs a load generator on CPU 1, as a process of its own. */
import { fileURLToPath } from "node:url";

/** Above this a run is taken as hanging, in milliseconds. */
const MAX_MS = 170_000;

/**
 * Gives a generator of `bench/load` its job and returns the figures that it prints.
 *
 * @param script its file's name
 * @throws {Error} with what it wrote, when it fails
 */
export async function generate<Figures>(script: string, job: unknown): Promise<Figures> {
  await using generator = startGenerator(script, job);
  return JSON.parse(await generator.line());
}

/** A generator that runs. */
export interface Generator extends AsyncDisposable {
  /** The next line that it prints. */
  line(): Promise<string>;
}

/** Starts a generator that says more than one line. */
export function startGenerator(script: string, job: unknown): Generator {
  const file = fileURLToPath(new URL(`load/${script}`, import.meta.url));
  const process = new Deno.Command("taskset", {
    args: ["-c", "1", Deno.execPath(), "run", "-A", file, JSON.stringify(job)],
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(MAX_MS),
  }).spawn();
  const complaint = new Response(process.stderr).text();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  return {
    async line() {
      for (let end = said.indexOf("\n");; end = said.indexOf("\n")) {
        if (end !== -1) {
          const line = said.slice(0, end);
          said = said.slice(end + 1);
          return line;
        }
        const { value, done } = await lines.read();
        if (done) throw new Error(`${script}: ${(await complaint).trim().slice(0, 500)}`);
        said += value;
      }
    },
    async [Symbol.asyncDispose]() {
      // It may be gone already.
      try {
        process.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
      await process.status;
      await lines.cancel();
      await complaint;
    },
  };
}
