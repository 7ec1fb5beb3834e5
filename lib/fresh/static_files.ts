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
  const cache = new Map<string, Loaded>();
  const load = async (file: StaticFile): Promise<Loaded> => {
    const loaded = await read(file);
    cache.set(file.file, loaded);
    return loaded;
  };
  return async (ctx) => {
    const { req, url, snapshot } = ctx;
    const file = snapshot?.files[decoded(url.pathname)];
    if (file === undefined || snapshot === undefined) return await ctx.next();
    if (req.method !== "GET" && req.method !== "HEAD") {
      return new Response("Method Not Allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const key = url.search === "" ? null : assetKey(url);
    if (key !== null && key !== snapshot.buildId) return ctx.redirect(withoutKey(url), 307);
    const headers: Record<string, string> = {
      "content-type": file.type,
      "cache-control": key !== null || file.immutable ? FOREVER : NEVER,
      vary: "Accept-Encoding",
      // Weak, since it stands for the bytes as they are and for the gzipped ones.
      etag: `W/"${file.sha256}"`,
    };
    if (isKnown(file, req.headers.get("if-none-match"))) {
      return new Response(null, { status: 304, headers });
    }
    const { plain, gzip } = cache.get(file.file) ?? await load(file);
    const body = gzip !== undefined && takesGzip(req) ? gzip : plain;
    if (body === gzip) headers["content-encoding"] = "gzip";
    headers["content-length"] = String(body.byteLength);
    return new Response(req.method === "HEAD" ? null : body, { headers });
  };
}

/** `If-None-Match` (RFC 9110, 13.1.2): one tag, a list of them, or `*`; weak ones count. */
function isKnown({ sha256 }: StaticFile, header: string | null): boolean {
  if (header === null) return false;
  const tags = header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(`"${sha256}"`);
}

/** `Accept-Encoding` names gzip, and not with `q=0`, which refuses it. */
function takesGzip({ headers }: Request): boolean {
  const accepted = headers.get("accept-encoding") ?? "";
  return /\bgzip\b/i.test(accepted) && !/\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)/i.test(accepted);
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
  if (!pathname.includes("%")) return pathname;
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
