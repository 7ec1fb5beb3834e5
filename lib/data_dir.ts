/** The folder that holds the embedded files: one server at a time may use it. */
import { join } from "node:path";
import { reason } from "./log.ts";

/** The server cannot start; the message is one line for the person who starts it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * Makes the folder and locks it until the process ends or the lock is disposed of.
 *
 * @throws {StartError} when it can't be written, or another server has it
 */
export async function lockDataDir(dir: string): Promise<Disposable> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(dir, { recursive: true });
    file = await Deno.open(join(dir, "lock"), { create: true, write: true });
  } catch (error) {
    throw new StartError(`The data folder ${dir} can't be written: ${reason(error)}`);
  }
  if (await file.tryLock(true)) return file;
  file.close();
  throw new StartError(`The data folder ${dir} is in use by another Parley server`);
}
