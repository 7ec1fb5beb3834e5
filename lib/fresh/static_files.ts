/** Serves what the build found in `static/`, and the islands' bundles. */
import { assetKey, withoutKey } from "./build_id.ts";
import type { StaticFile } from "./snapshot.ts";
import type { Middleware } from "./types.ts";

const FOREVER = "public, max-age=31536000, immutable";
const NEVER = "no-cache, no-store, max-age=0, must-revalidate";

interface Loaded {
  readonly plain: Uint8Array<ArrayBuffer>;
  /** Undefined for what does not get smaller. */
  readonly gzip?: Uint8Array<ArrayBuffer>;
}

/**
 * Answers requests for files of the build, from memory. A URL with the build's key (see `asset`)
 * may be cached for ever; with the key of another build it redirects to the bare URL.
 */
export function staticFiles<State>(): Middleware<State> {
  const cache = new Map<string, Promise<Loaded>>();
  const load = (file: StaticFile): Promise<Loaded> => {
    const loading = cache.get(file.file) ?? read(file);
    cache.set(file.file, loading);
    return loading;
  };
  return async (ctx) => {
    const { req, url, snapshot } = ctx;
    const file = snapshot?.files[decoded(url.pathname)];
    if (file === undefined || snapshot === undefined) return await ctx.next();
    if (req.method !== "GET" && req.method !== "HEAD") {
      return new Response("Method Not Allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const key = assetKey(url);
    if (key !== null && key !== snapshot.buildId) return ctx.redirect(withoutKey(url), 307);
    const etag = `W/"${file.sha256}"`;
    const headers = new Headers({
      "content-type": file.type,
      "cache-control": key !== null || file.immutable ? FOREVER : NEVER,
      vary: "accept-encoding",
      etag,
    });
    if (req.headers.get("if-none-match")?.includes(etag)) {
      return new Response(null, { status: 304, headers });
    }
    const { plain, gzip } = await load(file);
    const zipped = gzip !== undefined && /\bgzip\b/.test(req.headers.get("accept-encoding") ?? "");
    const body = zipped ? gzip : plain;
    if (zipped) headers.set("content-encoding", "gzip");
    headers.set("content-length", String(body.byteLength));
    return new Response(req.method === "HEAD" ? null : body, { headers });
  };
}

async function read({ file, type }: StaticFile): Promise<Loaded> {
  const plain = await Deno.readFile(file);
  if (!/^(text|application\/json|image\/svg)/.test(type) || plain.byteLength < 512) {
    return { plain };
  }
  const stream = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  return { plain, gzip: await new Response(stream).bytes() };
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
