/** What the builder writes. */
import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { get } from "node:http";
import { gunzipSync } from "node:zlib";
import { App } from "fresh";
import { Builder } from "fresh/dev";
import { tempDir } from "../temp.ts";
import { SAMPLE, serveSample } from "./sample.ts";

/** All that a build wrote, by path. */
async function build(outDir: string): Promise<Map<string, string>> {
  await new Builder({ root: SAMPLE, outDir }).build();
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)).sort();
  const contents = await Promise.all(paths.map((path) => readFile(path, "base64")));
  return new Map(paths.map((path, index) => [relative(outDir, path), contents[index] ?? ""]));
}

Deno.test("the same sources give the same files, also over an older build", async () => {
  await using dir = await tempDir();
  const first = await build(dir.path);
  assert.ok(first.has("server.js"));
  await writeFile(join(dir.path, "static", "left_over.txt"), "from before");
  assert.deepEqual(await build(dir.path), first);
});

Deno.test("another static file gives another build id", async () => {
  await using dir = await tempDir();
  await using copy = await tempDir();
  await cp(join(SAMPLE, "static"), copy.path, { recursive: true });
  const idOf = async (staticDir?: string): Promise<string | undefined> => {
    await new Builder({ root: SAMPLE, outDir: dir.path, staticDir }).build();
    const snapshot = await readFile(join(dir.path, "snapshot.js"), "utf8");
    return snapshot.match(/\/_fresh\/js\/(\w+)\//)?.[1];
  };
  const id = await idOf();
  assert.equal(await idOf(copy.path), id);
  await writeFile(join(copy.path, "styles.css"), "body {}");
  assert.notEqual(await idOf(copy.path), id);
});

Deno.test("a build runs none of the app's code", async () => {
  await using dir = await tempDir();
  for (const part of ["islands", "routes", "static"]) {
    await cp(join(SAMPLE, part), join(dir.path, part), { recursive: true });
  }
  const throwing = 'throw new Error("this module ran");';
  await writeFile(join(dir.path, "main.ts"), throwing);
  await writeFile(join(dir.path, "routes", "index.tsx"), throwing);
  // The islands' own imports are found by this project's configuration.
  const options = { root: SAMPLE, islandDir: join(SAMPLE, "islands") };
  await new Builder({
    ...options,
    serverEntry: join(dir.path, "main.ts"),
    routeDir: join(dir.path, "routes"),
    outDir: join(dir.path, "_fresh"),
  }).build();
});

Deno.test("a file that only real Fresh knows stops the build", async () => {
  await using dir = await tempDir();
  await cp(join(SAMPLE, "routes"), join(dir.path, "routes"), { recursive: true });
  await rm(join(dir.path, "routes", "_error.tsx"));
  await writeFile(join(dir.path, "routes", "_404.tsx"), "export default () => null;");
  const builder = new Builder({ root: dir.path });
  await assert.rejects(() => builder.build(), /_404\.tsx is not supported.*_error\.tsx/);
});

Deno.test("text is sent gzipped to those who take it, under the same ETag", async () => {
  await using sample = await serveSample();
  const raw = async (encoding: string) => {
    // fetch() would decode it.
    const response = await rawGet(sample.url, "/lines.txt", encoding);
    return { ...response, etag: response.headers.get("etag") };
  };
  const plain = await raw("identity");
  const zipped = await raw("gzip, br");
  assert.equal(plain.headers.get("content-encoding"), null);
  assert.equal(zipped.headers.get("content-encoding"), "gzip");
  assert.deepEqual(new Uint8Array(gunzipSync(zipped.body)), plain.body);
  assert.equal(zipped.headers.get("vary"), "Accept-Encoding");
  assert.equal(plain.headers.get("vary"), "Accept-Encoding");
  assert.equal(zipped.etag, plain.etag);
  assert.equal((await raw("gzip;q=0")).headers.get("content-encoding"), null);
});

Deno.test("an app without a build answers by the routes that it was given", async () => {
  const app = new App<{ who?: string }>();
  app.use((ctx) => {
    ctx.state.who = "you";
    return ctx.next();
  });
  app.get("/hello", (ctx) => ctx.text(`hello, ${ctx.state.who}`));
  app.use(() => new Response("too late for /hello"));
  app.fsRoutes();
  const handler = app.handler();
  assert.equal(
    await (await handler(new Request("http://localhost/hello"))).text(),
    "hello, you",
  );
  const unknown = await handler(new Request("http://localhost/%E0%A4%A"));
  assert.equal(await unknown.text(), "too late for /hello");
});

/** A GET whose answer nothing decodes. */
async function rawGet(
  url: string,
  path: string,
  encoding: string,
): Promise<{ headers: Headers; body: Uint8Array<ArrayBuffer> }> {
  return await new Promise((resolve, reject) => {
    const request = get(url + path, { headers: { "accept-encoding": encoding }, agent: false });
    request.on("error", reject);
    request.on("response", async (response) => {
      const chunks = await Array.fromAsync(response as AsyncIterable<Uint8Array>);
      const headers = new Headers(response.headers as Record<string, string>);
      resolve({
        headers,
        body: new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer()),
      });
    });
  });
}
