/** What the peers need, from npm; each folder has a lock file of its own. */
import { fileURLToPath } from "node:url";

/** Where the peers are. */
export const PEERS = fileURLToPath(new URL("peers/", import.meta.url));
const PRISMA = `${PEERS}prisma/`;

/** Bun's program, once the peers are installed. */
export const BUN = `${PEERS}node_modules/@oven/bun-linux-x64/bin/bun`;

/** Installs what most peers need, unless it is there; gives whether it is. */
export function installPeers(): Promise<boolean> {
  return install(PEERS);
}

/** Installs Prisma and lets it generate the peer's client; asked only after the others. */
export async function installPrisma(): Promise<boolean> {
  if (!await install(PRISMA)) return false;
  const client = `${PRISMA}generated/client`;
  if (await isNewer(`${client}.mjs`, `${PRISMA}schema.prisma`)) return true;
  // Its command loads an engine for migrations first, from a host of its own, and does not use it
  // to generate: with a program named, it loads nothing.
  const env = { PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true", CHECKPOINT_DISABLE: "1" };
  return await succeeds(PRISMA, ["node", "node_modules/prisma/build/index.js", "generate"], env) &&
    // What is generated is TypeScript, which Node runs only in newer versions.
    await succeeds(PRISMA, [
      ...[BUN, "build", `${client}.ts`, "--outfile", `${client}.mjs`],
      ...["--target", "node", "--packages", "external"],
    ]);
}

async function install(folder: string): Promise<boolean> {
  if (await isNewer(`${folder}node_modules/.package-lock.json`, `${folder}package-lock.json`)) {
    return true;
  }
  return await succeeds(folder, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/** Whether a file is there and was made after another. */
async function isNewer(made: string, source: string): Promise<boolean> {
  try {
    const [{ mtime: last }, { mtime: first }] = await Promise.all([
      Deno.stat(made),
      Deno.stat(source),
    ]);
    return last !== null && first !== null && last >= first;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function succeeds(
  cwd: string,
  [command = "", ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, cwd, env }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
