/** Bundles islands for the browser, by `deno bundle`. */
import { basename, join, relative } from "node:path";

/** File names of the bundles, relative to the folder that they were written to. */
export interface Bundles {
  readonly runtime: string;
  /** One for each island module, in the order given. */
  readonly islands: readonly string[];
  /** What islands and runtime share. */
  readonly chunks: readonly string[];
}

/**
 * Writes bundles to `_fresh/js` below `outDir`.
 *
 * @throws {Error} with the bundler's words when an island does not compile
 */
export async function bundleIslands(
  root: string,
  islands: readonly string[],
  outDir: string,
): Promise<Bundles> {
  const dir = join(outDir, "_fresh", "js");
  if (islands.length === 0) return { runtime: "", islands: [], chunks: [] };
  // The runtime is bundled through a module inside the project, whose import map applies to it.
  const entries = await Deno.makeTempDir({ dir: root, prefix: ".fresh-entries-" });
  try {
    const names = ["_runtime", ...islands.map((file) => basename(file).replace(/\.[jt]sx?$/, ""))];
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) throw new Error(`there are two islands in files called ${twice}`);
    const targets = [new URL("./client.ts", import.meta.url).href, ...islands];
    await Promise.all(names.map((name, index) =>
      Deno.writeTextFile(
        join(entries, `${name}.ts`),
        reexport(targets[index] ?? "", index > 0 ? entries : ""),
      )
    ));
    await run(root, names.map((name) => join(entries, `${name}.ts`)), dir);
    const written = (await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name).sort();
    const outputs = names.map((name) => `${name}.js`);
    return {
      runtime: "_runtime.js",
      islands: outputs.slice(1),
      chunks: written.filter((name) => !outputs.includes(name)),
    };
  } finally {
    await Deno.remove(entries, { recursive: true });
  }
}

function reexport(target: string, from: string): string {
  const path = from === "" ? target : relative(from, target);
  const quoted = JSON.stringify(path);
  return from === ""
    ? `export { boot } from ${quoted};\n`
    : `export * from ${quoted};\nimport * as island from ${quoted};\nexport default "default" in island ? island.default : undefined;\n`;
}

async function run(root: string, entries: readonly string[], outdir: string): Promise<void> {
  const flags = ["--quiet", "--platform=browser", "--minify", "--code-splitting"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", ...flags, `--outdir=${outdir}`, ...entries],
    cwd: root,
    stderr: "piped",
    stdout: "null",
  }).output();
  if (!success) throw new Error(`islands can't be bundled:\n${new TextDecoder().decode(stderr)}`);
}
