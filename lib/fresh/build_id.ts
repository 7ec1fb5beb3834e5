/** The id of the build that runs, on the server and in the browser: it locks assets in caches. */

const PARAMETER = "__frsh_c";
let buildId: string | undefined;

/** Says which build runs. */
export function keyAssets(id: string): void {
  buildId = id;
}

/** The path with the build's id, so that it may be cached for ever. */
export function asset(path: string): string {
  if (buildId === undefined || !/^\/(?!\/)/.test(path) || path.includes(PARAMETER)) return path;
  const [, base = "", hash = ""] = /^([^#]*)(#.*)?$/.exec(path) ?? [];
  return `${base}${base.includes("?") ? "&" : "?"}${PARAMETER}=${buildId}${hash}`;
}

/** The build's id in a URL; null when there is none. */
export function assetKey(url: URL): string | null {
  return url.searchParams.get(PARAMETER);
}

/** The URL without the build's id. */
export function withoutKey(url: URL): string {
  const bare = new URL(url);
  bare.searchParams.delete(PARAMETER);
  return bare.pathname + bare.search;
}
