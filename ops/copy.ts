/** Copies of a server's embedded files. */
import { basename, join, resolve } from "node:path";
import { createClient } from "@libsql/client";
import { fileUrl } from "@/db/file_url.ts";
import type { Config } from "@/lib/config.ts";
import { lockDataDir } from "@/lib/data_dir.ts";

const JOURNAL = "journal.kv";
const ARCHIVE = "archive.db";
const UPLOADS = "uploads";
/** How long a copy waits for a writer, in milliseconds. */
const BUSY_MS = 10_000;

/** A copy can't be made or put back; the message says why, and what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/**
 * Copies the journal, then the archive. In this order nothing falls between them: what the journal
 * let go before it was copied is in the archive by then. The archive may be ahead of the journal;
 * a server that starts from both goes on behind the archive.
 *
 * @returns the names of the files that were copied
 * @throws {BackupError} when a file is not there, or the folder has a backup already
 */
export async function backUp(
  { kvUrl, libsqlUrl, dataDir }: Pick<Config, "kvUrl" | "libsqlUrl" | "dataDir">,
  folder: string,
): Promise<string[]> {
  if (kvUrl === undefined || /^https?:/.test(kvUrl)) {
    throw new BackupError("The journal is not a file here: back it up where it is kept.");
  }
  await Deno.mkdir(folder, { recursive: true });
  await snapshot(kvUrl, join(folder, JOURNAL));
  const copied = [JOURNAL];
  // A libSQL server is backed up by its own means.
  if (libsqlUrl.startsWith("file:")) {
    await snapshot(join(dataDir, ARCHIVE), join(folder, ARCHIVE));
    copied.push(ARCHIVE);
  }
  if (await copyFiles(join(dataDir, UPLOADS), join(folder, UPLOADS))) copied.push(UPLOADS);
  return copied;
}

/**
 * Puts a backup's files into a data folder that has none.
 *
 * @returns the names of the files that were restored
 * @throws {BackupError} when there is no backup, or the folder has data already
 * @throws {StartError} when a server uses the folder
 */
export async function restore(folder: string, dataDir: string): Promise<string[]> {
  if (!await exists(join(folder, JOURNAL))) {
    throw new BackupError(`There is no backup in ${folder}`);
  }
  using _lock = await lockDataDir(dataDir);
  for (const name of [JOURNAL, ARCHIVE]) {
    if (!await exists(join(dataDir, name))) continue;
    throw new BackupError(`${dataDir} has a ${name} already: move it away first`);
  }
  const restored: string[] = [];
  for (const name of [JOURNAL, ARCHIVE]) {
    if (!await exists(join(folder, name))) continue;
    await Deno.copyFile(join(folder, name), join(dataDir, name));
    restored.push(name);
  }
  if (await copyFiles(join(folder, UPLOADS), join(dataDir, UPLOADS))) restored.push(UPLOADS);
  return restored;
}

/** A copy of an SQLite file as it is at one moment, made while others write to it. */
async function snapshot(from: string, to: string): Promise<void> {
  if (!await exists(from)) throw new BackupError(`There is no ${basename(from)} at ${from}`);
  if (await exists(to)) throw new BackupError(`${to} is there already: choose an empty folder`);
  const client = createClient({ url: fileUrl(resolve(from)), timeout: BUSY_MS });
  try {
    await client.execute({ sql: "VACUUM INTO ?", args: [to] });
  } finally {
    client.close();
  }
}

/**
 * Copies the files of a folder. Each is whole from its first moment and never changes; one that is
 * replaced meanwhile is missed. False when there is no such folder.
 */
async function copyFiles(from: string, to: string): Promise<boolean> {
  if (!await exists(from)) return false;
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    if (name.endsWith(".part")) continue;
    try {
      await Deno.copyFile(join(from, name), join(to, name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return true;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
