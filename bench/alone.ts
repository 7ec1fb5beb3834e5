/** What measures Parley by itself: the server has CPU 0, whoever measures CPU 1. */
import { type Server, type ServerOptions, startServer } from "../tests/parley.ts";

/** Starts the server on CPU 0. */
export function startOnCpu0(options: ServerOptions = {}): Promise<Server> {
  return startServer({ ...options, under: ["taskset", "-c", "0"] });
}

/** Moves this process, and what it starts from now on, to CPU 1. */
export async function moveToCpu1(): Promise<void> {
  const args = ["--all-tasks", "--cpu-list", "--pid", "1", String(Deno.pid)];
  const { success, stderr } = await new Deno.Command("taskset", { args }).output();
  if (!success) throw new Error(`taskset failed: ${new TextDecoder().decode(stderr)}`);
}

/** One of the server's metrics, as it is now. */
export async function metric(server: { readonly url: string }, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  if (value === undefined) throw new Error(`there is no metric ${name}`);
  return Number(value);
}
