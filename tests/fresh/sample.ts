/** The sample app of the stand-in's tests, built into a folder of its own and served. */
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { Builder } from "fresh/dev";
import { tempDir } from "../temp.ts";

/** Where the sample app's sources are. */
export const SAMPLE = fileURLToPath(new URL("./app", import.meta.url));

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The sample app on a port of its own. */
export interface Sample extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  /** Follows no redirects. */
  get(path: string, init?: RequestInit): Promise<Answer>;
}

/** A test of the served sample app. */
export function sampleTest(name: string, check: (sample: Sample) => Promise<void>): void {
  Deno.test(name, async () => {
    await using sample = await serveSample();
    await check(sample);
  });
}

/** What is written by `console.error`, kept from the output of a test that expects errors. */
export function loggedErrors(): Disposable & { readonly errors: readonly unknown[] } {
  const { error } = console;
  const errors: unknown[] = [];
  console.error = (...words: unknown[]) => errors.push(...words);
  return {
    errors,
    [Symbol.dispose]() {
      console.error = error;
    },
  };
}

interface Built {
  fetch(req: Request, info: Deno.ServeHandlerInfo): Promise<Response>;
}

/** Builds the sample app and serves it. */
export async function serveSample(): Promise<Sample> {
  const dir = await tempDir();
  await new Builder({ root: SAMPLE, outDir: dir.path }).build();
  const { default: built } = await import(pathToFileURL(join(dir.path, "server.js")).href) as {
    default: Built;
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, built.fetch);
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    url,
    async get(path, init) {
      const response = await fetch(url + path, { redirect: "manual", ...init });
      const { status, headers } = response;
      return { status, headers, text: await response.text() };
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await dir[Symbol.asyncDispose]();
    },
  };
}
