/** Files with one bit that is not what it was. */
import { between } from "./random.ts";

/** Writes copies of a file beside it, in each of which one bit is flipped; gives their paths. */
export async function spoil(path: string, count: number, random: () => number): Promise<string[]> {
  const bytes = await Deno.readFile(path);
  const paths: string[] = [];
  while (paths.length < count) {
    const at = between(random, 0, bytes.length - 1);
    // Empty space says nothing.
    if (bytes[at] === 0) continue;
    const spoilt = bytes.slice();
    spoilt[at] = (spoilt[at] ?? 0) ^ 1 << between(random, 0, 7);
    paths.push(`${path}-${paths.length}-byte-${at}`);
    await Deno.writeFile(paths.at(-1) ?? "", spoilt);
  }
  return paths;
}

/**
 * What a script makes of each file: it prints a line of JSON for each. Native code ends a process
 * over some damage: that is null, as an error is, and the rest goes on in another process.
 */
export async function readSpoilt<Found>(
  script: URL,
  paths: readonly string[],
): Promise<[path: string, found: Found | null][]> {
  const found: [string, Found | null][] = [];
  while (found.length < paths.length) {
    const { success, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--cached-only", script.href, ...paths.slice(found.length)],
      stderr: "null",
    }).output();
    for (const line of new TextDecoder().decode(stdout).trim().split("\n")) {
      if (line !== "") found.push([paths[found.length] ?? "", JSON.parse(line)]);
    }
    if (!success) found.push([paths[found.length] ?? "", null]);
  }
  return found;
}
