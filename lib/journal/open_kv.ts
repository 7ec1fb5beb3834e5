/** Opens the journal's Deno KV. */
import { StartError } from "../data_dir.ts";
import { reason } from "../log.ts";

/**
 * Opens a path or a KV Connect URL; undefined lets the platform choose.
 *
 * A file is checked first, about 6 ms for each MiB: SQLite serves what a damaged file still seems to
 * hold, and a log that lacks its end looks like a whole one.
 *
 * @throws {StartError} when it can't be opened or written, or is damaged
 */
export async function openKv(url: string | undefined): Promise<Deno.Kv> {
  let kv: Deno.Kv;
  try {
    if (url !== undefined && await isFile(url)) await check(url);
    kv = await Deno.openKv(url);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(`The journal ${url ?? ""} can't be opened: ${reason(error)}`);
  }
  await askToWrite(kv, url);
  return kv;
}

/**
 * SQLite opens a file that it may not write, too, and never tries again. A commit that is refused
 * needs no space: on a full disk what there is can be read.
 */
async function askToWrite(kv: Deno.Kv, url: string | undefined): Promise<void> {
  try {
    await kv.atomic().check({ key: ["nobody"], versionstamp: "0".repeat(20) }).commit();
  } catch (error) {
    kv.close();
    throw new StartError(`The journal ${url ?? ""} can't be written: ${reason(error)}`);
  }
}

async function check(path: string): Promise<void> {
  // Loaded only where there is a file: not every platform has it.
  const { DatabaseSync } = await import("node:sqlite");
  using database = new DatabaseSync(path);
  const complaints = database.prepare("PRAGMA integrity_check(3)").all();
  const texts = complaints.map(({ integrity_check: complaint }) => String(complaint));
  if (texts.join() === "ok") return;
  throw new StartError(
    `The journal ${path} is damaged, restore a backup: ${texts.join("; ").replaceAll("\n", " ")}`,
  );
}

async function isFile(url: string): Promise<boolean> {
  try {
    return (await Deno.stat(url)).isFile;
  } catch (error) {
    // A URL, or a file that is made now. Whatever else it is, opening it tells.
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
