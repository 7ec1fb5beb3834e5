/** Folders and stores that a test has for itself, gone when it ends. */
import { join } from "node:path";

/** A folder of its own, within `dir` when that is given. */
export async function tempDir(dir?: string): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "parley-test-", dir });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A Deno KV on a real file. */
export async function tempKv(): Promise<AsyncDisposable & { kv: Deno.Kv; path: string }> {
  const dir = await tempDir();
  const path = join(dir.path, "journal.kv");
  const kv = await Deno.openKv(path);
  return {
    kv,
    path,
    async [Symbol.asyncDispose]() {
      kv.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** Waits until something holds; a test's own time-out ends it when it never does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!await holds()) {
    if (performance.now() > end) throw new Error("waited 20 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Lets some time go by: for faults that last, not for waiting for something. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
