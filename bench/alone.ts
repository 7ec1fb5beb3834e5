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

/** Where it listens. */
export function portOf(server: Pick<Server, "url">): number {
  return Number(new URL(server.url).port);
}
