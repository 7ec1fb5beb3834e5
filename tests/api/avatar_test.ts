/** Pictures of people: taken in whatever form, kept in ours, harmless to look at. */
import assert from "node:assert/strict";
import sharp from "sharp";
import { Profiles } from "@/lib/directory/profiles.ts";
import { Users } from "@/lib/directory/users.ts";
import { MAX_PICTURE_BYTES } from "@/lib/uploads/picture.ts";
import { Uploads } from "@/lib/uploads/uploads.ts";
import { type Server, startServer } from "../parley.ts";
import { tempDir, tempKv } from "../temp.ts";
import { ask, guest } from "./ask.ts";
import { photo, PIXEL, twoColours } from "./pictures.ts";

const text = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const bytes = (...parts: (string | Uint8Array<ArrayBuffer>)[]) => new Blob(parts).bytes();

function upload(server: Server, token: string, body: Uint8Array, headers = {}) {
  return ask(server, "PUT", "/api/profile/avatar", { token, body, headers });
}

async function picture(server: Server, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(server.url + path);
  assert.equal(answer.status, 200);
  const file = await answer.bytes();
  assert.equal(text(file.slice(0, 4)), "RIFF", "WebP's first bytes");
  return file;
}

async function kept(server: Server): Promise<string[]> {
  const names = [];
  for await (const { name } of Deno.readDir(`${server.dataDir}/uploads`)) names.push(name);
  return names;
}

Deno.test("whatever kind of picture comes, a small square WebP is kept", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const uploads = [PIXEL];
  for (const kind of ["png", "jpeg", "webp", "gif"] as const) uploads.push(await twoColours(kind));
  for (const each of uploads) {
    // What the client says it is does not matter.
    const { status, body } = await upload(server, token, each, { "content-type": "text/html" });
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(body.avatar, /^\/avatars\/[0-9a-f]{32}\.webp$/);
    const { format, width, height } = await sharp(await picture(server, body.avatar)).metadata();
    assert.deepEqual([format, width, height], ["webp", 256, 256]);
    assert.equal((await kept(server)).length, 1, "the one before is gone");
  }
  const gone = await ask(server, "DELETE", "/api/profile/avatar", { token });
  assert.deepEqual([gone.status, gone.body.avatar], [200, undefined]);
  assert.deepEqual(await kept(server), []);
});

Deno.test("where a photo was taken is not kept; which way up it is, is", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const taken = await photo();
  assert.match(text(taken), /SECRET/);
  const { exif, orientation } = await sharp(taken).metadata();
  assert.ok(exif !== undefined && orientation === 6);
  const { body } = await upload(server, token, taken);
  const shown = await picture(server, body.avatar);
  assert.equal((await sharp(shown).metadata()).exif, undefined);
  assert.doesNotMatch(text(shown), /SECRET|EXIF/i);
  // Red was left; turned clockwise it is on top.
  const [red, , blue] = await sharp(shown).extract({ left: 128, top: 20, width: 1, height: 1 })
    .raw().toBuffer();
  assert.ok((red ?? 0) > 200 && (blue ?? 255) < 50);
});

Deno.test("what hides in a picture is gone, and what is none is refused", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const script = "<html><script>alert(1)</script></html>";
  const jpeg = await twoColours("jpeg");
  // A comment segment (FF FE) right behind the start of a JPEG, and text behind the end of each.
  const comment = new Uint8Array([0xff, 0xfe, 0, script.length + 2]);
  const polyglots = [
    await bytes(jpeg.slice(0, 2), comment, script, jpeg.slice(2)),
    await bytes(await twoColours("png"), script),
    await bytes(PIXEL, script),
  ];
  for (const polyglot of polyglots) {
    const { status, body } = await upload(server, token, polyglot);
    assert.equal(status, 200);
    assert.doesNotMatch(text(await picture(server, body.avatar)), /script|html/);
  }

  const png = await twoColours("png");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>x</text></svg>`;
  const refused = {
    html: await bytes(script),
    svg: await bytes(svg),
    "svg with a prologue": await bytes(`<?xml version="1.0"?>${svg}`),
    pdf: await bytes("%PDF-1.4\n%âãÏÓ"),
    tiff: new Uint8Array(await sharp(png).tiff().toBuffer()),
    avif: new Uint8Array(await sharp(png).avif().toBuffer()),
    "GIF by its first bytes alone": await bytes("GIF89a/*", script),
    "PNG by its first bytes alone": await bytes(png.slice(0, 8), script),
    "half a PNG": png.slice(0, png.length >> 1),
    "half a JPEG": jpeg.slice(0, jpeg.length >> 1),
    nothing: new Uint8Array(),
  };
  const before = await kept(server);
  for (const [what, body] of Object.entries(refused)) {
    const answer = await upload(server, token, body, { "content-type": "image/png" });
    assert.equal(answer.status, 422, what);
    assert.match(answer.body.error.message, /no picture that can be read\. Choose a PNG/);
  }
  assert.deepEqual(await kept(server), before, "the picture stays that was there");
});

Deno.test("what is too large, in bytes or in pixels, is refused", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const { status } = await upload(server, token, new Uint8Array(MAX_PICTURE_BYTES + 1));
  assert.equal(status, 413);
  const bomb = await sharp({
    create: { width: 12_000, height: 12_000, channels: 3, background: "white" },
  }).png().toBuffer();
  assert.ok(bomb.length < MAX_PICTURE_BYTES);
  const answer = await upload(server, token, new Uint8Array(bomb));
  assert.equal(answer.status, 422);
  assert.match(answer.body.error.message, /too many pixels/);
  assert.deepEqual(await kept(server), []);
});

Deno.test("a picture can only be looked at, and no path leads elsewhere", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const { body } = await upload(server, token, PIXEL);
  const answer = await fetch(server.url + body.avatar);
  await answer.body?.cancel();
  const headers = Object.fromEntries(answer.headers);
  assert.equal(headers["content-type"], "image/webp");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["content-security-policy"], "default-src 'none'; sandbox");
  assert.match(headers["cache-control"] ?? "", /max-age=31536000, immutable/);
  const elsewhere = [
    "..%2Fjournal.kv",
    "%2e%2e%2fjournal.kv",
    "..%5Cjournal.kv",
    "0".repeat(32) + ".webp",
    "x.webp",
    "%00",
  ];
  for (const path of elsewhere) {
    const { status, body } = await fetch(`${server.url}/avatars/${path}`);
    await body?.cancel();
    assert.equal(status, 404, path);
  }
});

Deno.test("the same picture of two people is two files: one can go without the other", async () => {
  await using server = await startServer();
  const [ann, ben] = [await guest(server, "ann"), await guest(server, "ben")];
  const [a, b] = [await upload(server, ann, PIXEL), await upload(server, ben, PIXEL)];
  assert.notEqual(a.body.avatar, b.body.avatar);
  const again = await upload(server, ann, PIXEL);
  assert.equal(again.body.avatar, a.body.avatar, "the same again stays as it is");
  await ask(server, "DELETE", "/api/profile/avatar", { token: ann });
  await picture(server, b.body.avatar);
});

Deno.test("many uploads at once leave one picture", async () => {
  await using server = await startServer();
  const token = await guest(server, "ann");
  const sizes = Array.from({ length: 8 }, (_, n) => ({ width: 20 + 2 * n, height: 20 }));
  const all = await Promise.all(
    sizes.map(async (size) => upload(server, token, await twoColours("png", size))),
  );
  assert.ok(all.every(({ status }) => status === 200));
  const { body } = await ask(server, "GET", "/api/profile", { token });
  assert.deepEqual((await kept(server)).map((name) => `/avatars/${name}`), [body.avatar]);
});

Deno.test("of too many uploads at once some are told to try again, and the others are kept", async () => {
  await using dir = await tempDir();
  await using store = await tempKv();
  const holders = { isOnline: () => false, hasSession: () => Promise.resolve(true) };
  const users = new Users(store.kv, holders);
  const profiles = new Profiles({
    kv: store.kv,
    users,
    uploads: await Uploads.open(dir.path),
    limit: { take: () => 0 },
    audience: { changed: () => {} },
  });
  const names = Array.from({ length: 20 }, (_, n) => `user ${n}`);
  const people = await Promise.all(names.map((name) => users.claim(name, () => {})));
  const outcomes = await Promise.allSettled(
    people.map((person) => profiles.setPicture(person, PIXEL)),
  );
  const refused = outcomes.filter(({ status }) => status === "rejected");
  assert.equal(refused.length, 4);
  for (const outcome of refused) {
    assert.equal(outcome.status === "rejected" && outcome.reason.code, "overloaded");
  }
  const last = people.at(-1);
  assert.ok(last !== undefined && (await profiles.setPicture(last, PIXEL)).avatar !== undefined);
});

Deno.test("what a crash left half-written is cleared away", async () => {
  await using dir = await tempDir();
  const uploads = await Uploads.open(dir.path);
  const name = await uploads.put("ann", PIXEL);
  await Deno.writeTextFile(`${dir.path}/${name}.part`, "half");
  const reopened = await Uploads.open(dir.path);
  assert.deepEqual(await reopened.get(name), PIXEL);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(dir.path))).map((f) => f.name), [name]);
});
