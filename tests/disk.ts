/** Disks that refuse: files that can't be written by anybody, and a small disk of its own. */
import { tempDir } from "./temp.ts";

/**
 * Makes files read-only until it is disposed of, for whoever has them open and for root, too: by
 * the file system's own flag. Undefined where that can't be done: not root, or no such file system.
 */
export async function readOnly(paths: readonly string[]): Promise<AsyncDisposable | undefined> {
  if (!await run("chattr", "+i", ...paths)) return undefined;
  const lifted = { [Symbol.asyncDispose]: async () => void await run("chattr", "-i", ...paths) };
  if (paths.every((path) => !canOpen(path))) return lifted;
  await lifted[Symbol.asyncDispose]();
  return undefined;
}

/** A folder on a disk of its own. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Takes all that is free. */
  fill(): Promise<void>;
  /** Gives so many KiB of that back, and no more. */
  leave(kibibytes: number): Promise<void>;
}

/** A disk of so many MiB, in memory; undefined where nothing can be mounted. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk | undefined> {
  const dir = await tempDir();
  if (!await run("mount", "-t", "tmpfs", "-o", `size=${mebibytes}m`, "parley-test", dir.path)) {
    await dir[Symbol.asyncDispose]();
    return undefined;
  }
  const ballast = `${dir.path}/ballast`;
  const fill = async () => {
    using file = await Deno.open(ballast, { create: true, append: true });
    for (const bytes of [65_536, 4096, 1]) await fillBy(file, new Uint8Array(bytes));
  };
  return {
    path: dir.path,
    fill,
    async leave(kibibytes) {
      await fill();
      const { size } = await Deno.stat(ballast);
      await Deno.truncate(ballast, Math.max(0, size - kibibytes * 1024));
    },
    async [Symbol.asyncDispose]() {
      await run("umount", "--lazy", dir.path);
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function fillBy(file: Deno.FsFile, piece: Uint8Array): Promise<void> {
  try {
    while (true) await file.write(piece);
  } catch (error) {
    // The disk is full.
    if (!(error instanceof Error && error.message.includes("os error 28"))) throw error;
  }
}

/** Whether a file can be opened to be written. */
function canOpen(path: string): boolean {
  try {
    Deno.openSync(path, { write: true }).close();
    return true;
  } catch {
    return false;
  }
}

/** Whether a program is there and did what it was told. */
async function run(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
