/** The routes of `routes/`: what each file of a build is, and where it stands. */
import type { Wrapper } from "./context.ts";
import type { RouteModule } from "./snapshot.ts";
import type { LayoutConfig, Middleware, RouteConfig, RouteHandler } from "./types.ts";

/** A page or an endpoint. */
export interface FileRoute<State> {
  readonly pattern: string;
  readonly handler: RouteHandler<unknown, State> | undefined;
  readonly component: Wrapper | undefined;
  /** Those of the folders above, outermost first. */
  readonly middlewares: readonly Middleware<State>[];
  readonly app: Wrapper | undefined;
  readonly layouts: readonly Wrapper[];
}

/** All that the routes folder holds. */
export interface FileRoutes<State> {
  readonly routes: readonly FileRoute<State>[];
  /** The error page, with what is around it. */
  readonly errorPage: FileRoute<State> | undefined;
}

interface Parts {
  readonly default?: unknown;
  readonly handler?: unknown;
  readonly handlers?: unknown;
  readonly config?: RouteConfig & LayoutConfig;
}

/** Reads the modules of the routes folder. */
export function fileRoutes<State>(modules: readonly RouteModule[]): FileRoutes<State> {
  const byPath = new Map(modules.map(({ path, module }) => [path, module as Parts]));

  const route = (path: string, parts: Parts): FileRoute<State> => {
    const folders = foldersOf(path);
    const layouts = parts.config?.skipInheritedLayouts ? [] : layoutsOf(folders);
    return {
      pattern: parts.config?.routeOverride ?? patternOf(path),
      handler: (parts.handler ?? parts.handlers) as RouteHandler<unknown, State> | undefined,
      component: parts.default as Wrapper | undefined,
      middlewares: folders.flatMap((folder) => middlewaresOf(byPath.get(`${folder}_middleware`))),
      app: parts.config?.skipAppWrapper
        ? undefined
        : byPath.get("_app")?.default as Wrapper | undefined,
      layouts,
    };
  };
  const middlewaresOf = (parts: Parts | undefined): Middleware<State>[] =>
    [parts?.default ?? parts?.handler ?? []].flat() as Middleware<State>[];
  const layoutsOf = (folders: readonly string[]): Wrapper[] => {
    let layouts: Wrapper[] = [];
    for (const folder of folders) {
      const parts = byPath.get(`${folder}_layout`);
      if (parts === undefined) continue;
      if (parts.config?.skipInheritedLayouts) layouts = [];
      layouts.push(parts.default as Wrapper);
    }
    return layouts;
  };

  const pages = modules.filter(({ path }) => !/(^|\/)_/.test(path));
  const error = byPath.get("_error");
  return {
    routes: pages.map(({ path, module }) => route(path, module)).sort(bySpecificity),
    errorPage: error === undefined ? undefined : route("_error", error),
  };
}

/** The folders of a file, outermost first, each ending in a slash: "", "a/", "a/b/". */
function foldersOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return ["", ...names.map((_, index) => `${names.slice(0, index + 1).join("/")}/`)];
}

/** `rooms/[id]` → `/rooms/:id`. Folders in parentheses only group. */
function patternOf(path: string): string {
  const names = path.split("/").filter((name) => !/^\(.*\)$/.test(name));
  if (names.at(-1) === "index") names.pop();
  return names.reduce((pattern, name) => {
    const [, optional] = /^\[\[(.+)\]\]$/.exec(name) ?? [];
    if (optional !== undefined) return `${pattern}{/:${optional}}?`;
    const rest = name.replace(/\[\.\.\.(.+?)\]/g, ":$1*").replace(/\[(.+?)\]/g, ":$1");
    return `${pattern}/${rest}`;
  }, "") || "/";
}

/** Names before parameters before the rest of a path, whatever the files are called. */
function bySpecificity(a: { pattern: string }, b: { pattern: string }): number {
  return weights(a.pattern) < weights(b.pattern) ? -1 : 1;
}

function weights(pattern: string): string {
  const weight = (name: string) => name.endsWith("*") ? "3" : /[:{]/.test(name) ? "2" : "1";
  return pattern.split("/").slice(1).map((name) => `${weight(name)}${name}`).join("/");
}
