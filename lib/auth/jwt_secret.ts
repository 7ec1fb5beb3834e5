/** The secret that signs access tokens: set from outside, or made once and kept in a file. */
import { join } from "node:path";
import { StartError } from "../data_dir.ts";
import { reason } from "../log.ts";
import { newSecret } from "./secret.ts";

const FILE = "jwt_secret";

/**
 * The secret of `JWT_SECRET`, else of the data folder's file, which is made when it is missing.
 * Whoever calls holds the folder's lock.
 *
 * @throws {StartError} when the file can't be read or written, or holds no secret
 */
export async function jwtSecret(set: string | undefined, dataDir: string): Promise<Uint8Array> {
  const secret = set ?? await keptSecret(join(dataDir, FILE));
  return new TextEncoder().encode(secret);
}

async function keptSecret(path: string): Promise<string> {
  try {
    const kept = await Deno.readTextFile(path).catch(ifMissing);
    if (kept === undefined) return await makeSecret(path);
    if (kept.length === newSecret().length) return kept;
  } catch (error) {
    throw new StartError(`The file ${path} can't be used: ${reason(error)}`);
  }
  throw new StartError(`The file ${path} holds no secret: delete it, and a new one is made`);
}

/** Written beside its place first: a start that is cut off leaves no half of a secret. */
async function makeSecret(path: string): Promise<string> {
  const secret = newSecret();
  const part = `${path}.part`;
  await Deno.remove(part).catch(ifMissing);
  await Deno.writeTextFile(part, secret, { createNew: true, mode: 0o600 });
  await Deno.rename(part, path);
  return secret;
}

function ifMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
