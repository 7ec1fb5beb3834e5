/** Programs for tests that bring packages of their own, which who only starts Parley never loads. */
import { fileURLToPath } from "node:url";

/**
 * Runs a program of `tests/tools/`, with that folder's packages and lock file.
 *
 * @returns what it printed
 * @throws {Error} with its last words, when it fails
 */
export async function tool(name: string, ...args: string[]): Promise<string> {
  const program = fileURLToPath(new URL(`tools/${name}.ts`, import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", program, ...args],
  }).output();
  if (!success) throw new Error(`${name} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
