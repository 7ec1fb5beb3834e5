/** How the files of `static/` are served. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SAMPLE, sampleTest } from "./sample.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";

sampleTest("an image's address has the build's key, and may then be kept", async (sample) => {
  const { text } = await sample.get("/");
  const address = text.match(/<img src="(\/logo\.svg\?__frsh_c=[0-9a-f]+)"/)?.[1];
  assert.ok(address);
  const { headers } = await sample.get(address);
  assert.equal(headers.get("cache-control"), IMMUTABLE);
  assert.equal(headers.get("content-type"), "image/svg+xml");
  const stale = await sample.get("/logo.svg?__frsh_c=stale");
  assert.deepEqual([stale.status, stale.headers.get("location")], [307, "/logo.svg"]);
});

sampleTest("a static file is checked again each time, by its ETag", async (sample) => {
  const { status, headers } = await sample.get("/styles.css");
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-cache, no-store, max-age=0, must-revalidate");
  const etag = headers.get("etag") ?? "";
  assert.match(etag, /^W\/"[0-9a-f]{64}"$/);
  for (const known of [etag, `"other", ${etag}`, "*"]) {
    const again = await sample.get("/styles.css", { headers: { "if-none-match": known } });
    assert.equal(again.status, 304);
  }
  const other = await sample.get("/styles.css", { headers: { "if-none-match": '"other"' } });
  assert.equal(other.status, 200);
});

sampleTest(
  "HEAD of a static file has its length and no content; POST is refused",
  async (sample) => {
    const { length } = await readFile(join(SAMPLE, "static/styles.css"));
    const { status, headers, text } = await sample.get("/styles.css", { method: "HEAD" });
    assert.deepEqual([status, headers.get("content-length"), text], [200, String(length), ""]);
    assert.equal((await sample.get("/styles.css", { method: "POST" })).status, 405);
  },
);

sampleTest(
  "a static file may have any name, and nothing outside of static/ is one",
  async (sample) => {
    const { status, text } = await sample.get("/docs/a%20b%2Cc.txt");
    assert.deepEqual([status, text], [200, "hello, file\n"]);
    for (
      const path of [
        "/../main.ts",
        "/%2e%2e/main.ts",
        "/..%2fmain.ts",
        "/%2e%2e%2fmain.ts",
        "/docs/..%2f..%2fmain.ts",
        "/%E0%A4%A.txt",
      ]
    ) {
      const answer = await sample.get(path);
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(answer.text, /staticFiles/);
    }
    assert.equal((await sample.get("/favicon.ico")).status, 404);
  },
);
