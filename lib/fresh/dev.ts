/** The builder: finds routes, islands and static files, and bundles the islands. */
import { isAbsolute, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { lookup } from "mrmime";
import type { App } from "./app.ts";
import { bundleIslands } from "./bundle.ts";
import type { StaticFile } from "./snapshot.ts";

/** Where things are; each as in Fresh by default. */
export interface BuildOptions {
  /** The project's folder. */
  readonly root?: string;
  /** The module that exports `app`. */
  readonly serverEntry?: string;
  readonly outDir?: string;
  readonly staticDir?: string;
  readonly islandDir?: string;
  readonly routeDir?: string;
}

/** Builds an app into its `outDir`, from which `server.js` serves it. */
export class Builder {
  readonly #root: string;
  readonly #paths: Record<"entry" | "out" | "static" | "islands" | "routes", string>;

  constructor(options: BuildOptions = {}) {
    const root = options.root ?? Deno.cwd();
    this.#root = root.startsWith("file:") ? fileURLToPath(root) : root;
    const at = (path: string) => isAbsolute(path) ? path : join(this.#root, path);
    this.#paths = {
      entry: at(options.serverEntry ?? "main.ts"),
      out: at(options.outDir ?? "_fresh"),
      static: at(options.staticDir ?? "static"),
      islands: at(options.islandDir ?? "islands"),
      routes: at(options.routeDir ?? "routes"),
    };
  }

  /** Writes the build. The same sources give the same files. */
  async build(): Promise<void> {
    const { out, islands, routes, entry } = this.#paths;
    await Deno.remove(out, { recursive: true }).catch(ignoreMissing);
    await Deno.mkdir(out, { recursive: true });

    const islandFiles = await modulesBelow(islands);
    const routeFiles = await modulesBelow(routes);
    refuseUnsupported(routeFiles);
    const bundles = await bundleIslands(this.#root, islandFiles, join(out, "static"));
    const files = await this.#files(join(out, "static", "_fresh", "js"));
    // Names and contents alone: the id does not depend on where the project is.
    const contents = files.map(({ name, bundle, sha256 }) => ({ name, bundle, sha256 }));
    const buildId = await sha256(new TextEncoder().encode(JSON.stringify(contents)));
    const prefix = `/_fresh/js/${buildId.slice(0, 16)}`;

    const table: Record<string, Omit<StaticFile, "file"> & { file: string }> = {};
    for (const file of files) {
      const path = file.bundle ? `${prefix}/${file.name}` : `/${file.name}`;
      const { sha256, type, bundle } = file;
      table[path] = { file: posixRelative(out, file.path), sha256, type, immutable: bundle };
    }
    const url = (bundle: string) => `${prefix}/${bundle}`;
    const snapshot = {
      buildId: buildId.slice(0, 16),
      runtime: url(bundles.runtime),
      chunks: bundles.chunks.map(url),
      routes: routeFiles.map((file) => posixRelative(routes, file, "").replace(/\.[jt]sx?$/, "")),
      islands: bundles.islands.map(url),
      files: table,
    };
    await Deno.writeTextFile(
      join(out, "snapshot.js"),
      snapshotModule(snapshot, routeFiles, islandFiles, out),
    );
    await Deno.writeTextFile(
      join(out, "server.js"),
      `import { attach } from "fresh/internal";
import { app } from "${posixRelative(out, entry)}";
import { snapshot } from "./snapshot.js";
export default attach(app, snapshot);
`,
    );
  }

  /** Builds and serves, for development. */
  async listen<State>(
    importApp: () => Promise<{ app: App<State> }>,
    options: { port?: number; hostname?: string } = {},
  ): Promise<void> {
    await this.build();
    await importApp();
    const server = await import(`file://${join(this.#paths.out, "server.js")}`);
    await Deno.serve({ port: 8000, ...options }, server.default.fetch).finished;
  }

  async #files(bundleDir: string) {
    const found: { path: string; name: string; bundle: boolean }[] = [];
    for (const [dir, bundle] of [[bundleDir, true], [this.#paths.static, false]] as const) {
      for (const path of await filesBelow(dir)) {
        found.push({ path, name: posixRelative(dir, path, ""), bundle });
      }
    }
    return await Promise.all(found.map(async (file) => ({
      ...file,
      path: file.path,
      type: typeOf(file.name),
      sha256: await sha256(await Deno.readFile(file.path)),
    })));
  }
}

function snapshotModule(
  snapshot: { routes: string[]; islands: string[]; [name: string]: unknown },
  routeFiles: readonly string[],
  islandFiles: readonly string[],
  out: string,
): string {
  const imports = [...routeFiles, ...islandFiles].map((file, index) =>
    `import * as m${index} from ${JSON.stringify(posixRelative(out, file))};`
  );
  const routes = snapshot.routes.map((path, index) =>
    `{ path: ${JSON.stringify(path)}, module: m${index} }`
  );
  const islands = snapshot.islands.map((url, index) =>
    `{ url: ${JSON.stringify(url)}, module: m${routeFiles.length + index} }`
  );
  const { buildId, runtime, chunks, files } = snapshot;
  return `${imports.join("\n")}
const files = ${JSON.stringify(files, null, 1)};
for (const file of Object.values(files)) {
  file.file = decodeURIComponent(new URL(encodeURI(file.file), import.meta.url).pathname);
}
export const snapshot = {
  buildId: ${JSON.stringify(buildId)},
  runtime: ${JSON.stringify(runtime)},
  chunks: ${JSON.stringify(chunks)},
  routes: [${routes.join(",\n")}],
  islands: [${islands.join(",\n")}],
  files,
};
`;
}

/** What real Fresh knows and this does not must not be left out in silence. */
function refuseUnsupported(files: readonly string[]): void {
  for (const file of files) {
    if (/[\\/]_404\.[jt]sx?$/.test(file)) {
      throw new Error(`${file}: _404.tsx is not supported. Let _error.tsx look at error.status.`);
    }
    if (/[\\/]\(_islands\)[\\/]/.test(file)) {
      throw new Error(`${file}: islands below routes/ are not supported. Put it into islands/.`);
    }
  }
}

async function modulesBelow(dir: string): Promise<string[]> {
  return (await filesBelow(dir)).filter((file) =>
    /\.[jt]sx?$/.test(file) && !/[._]test\.[jt]sx?$/.test(file) &&
    !/\/\(_components\)\//.test(file)
  );
}

/** All files below a folder, in a fixed order; none when there is no such folder. */
async function filesBelow(dir: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(dir)).catch((error) => {
    ignoreMissing(error);
    return [];
  });
  const sorted = entries.sort((a, b) => a.name < b.name ? -1 : 1);
  const nested = await Promise.all(sorted.map(({ name, isDirectory }) => {
    const path = join(dir, name);
    return isDirectory ? filesBelow(path) : [path];
  }));
  return nested.flat();
}

function posixRelative(from: string, to: string, prefix = "./"): string {
  const path = relative(from, to).replaceAll("\\", posix.sep);
  return path.startsWith(".") ? path : prefix + path;
}

function typeOf(name: string): string {
  const type = lookup(name) ?? "application/octet-stream";
  return type === "text/javascript"
    ? "text/javascript; charset=UTF-8"
    : /^text\//.test(type)
    ? `${type}; charset=UTF-8`
    : type;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
