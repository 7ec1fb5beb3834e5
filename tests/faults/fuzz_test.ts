/**
 * Whatever comes in: the server stays up, answers what is documented, and stores only what it
 * acknowledged. `FUZZ_CASES` says how many cases; the seed is printed when something is wrong.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { signIn } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { type Frame, Wire } from "../wire.ts";

const CASES = Number(Deno.env.get("FUZZ_CASES") ?? 3000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 271828);
/** Frames that are sent before their answers are looked at. */
const VOLLEY = 100;

const FIELDS = [
  ["roomId", "text", "txnId", "replyTo", "after", "epoch", "username", "before", "limit", "seq"],
  ["token", "id", "emoji", "remove", "type", "sender", "__proto__", "constructor", "toString"],
].flat();
const TYPES = [
  ["auth", "join", "message", "typing", "read", "list", "history", "leave", "ping"],
  ["edit", "delete", "react", "constructor", "__proto__", "hasOwnProperty"],
].flat();

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(1, "1", 0, -1, 1.5, 2 ** 53, 1e308, true, null),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 80 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>("", " ", "\u0000", "\ud800", "\u202e", [], {}) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const json = fc.tuple(
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...TYPES) }, fc.string()),
  fc.array(fc.tuple(fc.constantFrom(...FIELDS), value), { maxLength: 5 }),
  fc.boolean(),
).map(([type, fields, inRoom]) => {
  // Written by hand: keys may come twice, and "__proto__" is a key like others.
  const own: [string, unknown][] = inRoom ? [["type", type], ["roomId", 1]] : [["type", type]];
  const all = [...own, ...fields];
  return `{${all.map(([key, of]) => `${JSON.stringify(key)}:${JSON.stringify(of)}`).join(",")}}`;
});
const message = fc.string({ unit: "binary", maxLength: 40 })
  .map((text) => JSON.stringify({ type: "message", roomId: 1, text }));
/** What a client may send: frames that are right, nearly right, cut off, or no frames at all. */
const input = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 2, arbitrary: message },
  { weight: 1, arbitrary: fc.tuple(json, fc.nat(60)).map(([text, end]) => text.slice(0, end)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

const ANSWERS = new Set([
  ["hello", "joined", "ack", "message", "member_joined", "member_left", "typing", "read"],
  ["list", "history", "left", "pong", "error", "message_edited", "message_deleted", "reaction"],
].flat());
const CODES = new Set([
  ["invalid_message", "unknown_type", "unauthenticated", "forbidden", "not_found", "not_joined"],
  ["username_taken", "rate_limited", "overloaded"],
].flat());

Deno.test(`${CASES} frames of every kind of wrong`, async () => {
  await using server = await startServer();
  const acked: Frame[] = [];
  const told: Frame[] = [];
  let memory = 0;
  let volleys = 0;
  const frames = fc.sample(input, { numRuns: Math.min(CASES, 200_000), seed: SEED });
  for (let done = 0; done < CASES; done += VOLLEY) {
    using wire = await Wire.join(server, "fuzz");
    const start = done % frames.length;
    for (const frame of frames.slice(start, start + VOLLEY)) wire.send(frame);
    // One may have left the room; what was said before this has its answer before this has.
    wire.send({ type: "join", roomId: 1 });
    try {
      await wire.say("the end");
    } catch (error) {
      assert.fail(`seed ${SEED}, frames ${start} to ${start + VOLLEY}: ${error}`);
    }
    for (const frame of wire.frames) {
      assert.ok(ANSWERS.has(frame.type), JSON.stringify(frame));
      if (frame.type === "error") assert.ok(CODES.has(frame.code), JSON.stringify(frame));
      if (frame.type === "ack") acked.push(frame);
      if (frame.type === "message") told.push(frame.message);
    }
    await wire.close();
    if (++volleys === 10) memory = await residentMiB(server);
  }
  await isStored(server, acked);
  const grown = await residentMiB(server) - memory;
  assert.ok(grown < 150, `memory grew by ${grown} MiB`);
  console.log(`${CASES} frames, ${acked.length} of them messages, ${grown} MiB more memory`);
});

/** What was acknowledged is all that is there. */
async function isStored(server: Server, acked: readonly Frame[]): Promise<void> {
  const seqs = new Set(acked.map(({ seq }) => seq));
  using wire = await Wire.connect(server);
  wire.send({ type: "join", roomId: 1, username: "reader" });
  const { head } = await wire.next("joined");
  assert.equal(head, seqs.size, "as many as were acknowledged");
}

Deno.test(`${CASES / 10} streams of bytes that pretend to be a WebSocket`, async () => {
  await using server = await startServer();
  const { hostname, port } = new URL(server.url);
  const bytes = fc.sample(fc.uint8Array({ maxLength: 400 }), { numRuns: CASES / 10, seed: SEED });
  for (let done = 0; done < bytes.length; done += 20) {
    await Promise.all(
      bytes.slice(done, done + 20).map(async (noise, index) => {
        using connection = await Deno.connect({ hostname, port: Number(port) });
        const key = "dGhlIHNhbXBsZSBub25jZQ==";
        const upgrade = index % 4 === 0 ? "" : [
          `GET /ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`,
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
        ].join("");
        await connection.write(new TextEncoder().encode(upgrade));
        await connection.write(noise).catch(() => {});
      }),
    );
  }
  using wire = await Wire.join(server, "afterwards");
  assert.equal((await wire.say("still here")).seq, 1);
  assert.doesNotMatch(server.log(), /"level":"error"/);
});

Deno.test(`${CASES / 10} REST requests of every kind of wrong`, async () => {
  await using server = await startServer();
  const { token } = await signIn(server, "fuzz");
  const { paths } = await (await fetch(`${server.url}/api/openapi.json`)).json();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { responses: Record<string, unknown> }>)
      .filter(([method]) => ["get", "post", "patch", "delete", "put"].includes(method))
      .map(([method, { responses }]) => ({ path, method, statuses: Object.keys(responses) }))
  ).filter(({ path }) => !/register|login|logout/.test(path));
  const segment = fc.oneof(
    fc.constantFrom("1", "2", "0", "-1", "1e9", "..", "%2e%2e", "a b"),
    fc.string(),
  );
  const body = fc.oneof(
    fc.dictionary(
      fc.constantFrom("username", "name", "text", "txnId", "private", "__proto__"),
      value,
    )
      .map((fields) => JSON.stringify(fields)),
    fc.string({ unit: "binary" }),
    fc.constant(`${"[".repeat(5000)}`),
  );
  const request = fc.record({
    operation: fc.constantFrom(...operations),
    segment,
    query: fc.option(fc.tuple(fc.constantFrom("before", "limit", "q"), fc.string())),
    body,
    known: fc.boolean(),
    contentType: fc.constantFrom("application/json", "text/plain", "application/json; charset=x"),
  });
  for (const one of fc.sample(request, { numRuns: CASES / 10, seed: SEED })) {
    const { operation: { method, path, statuses } } = one;
    const at = path.replaceAll(/\{\w+\}/g, encodeURIComponent(one.segment));
    const query = one.query === null ? "" : `?${new URLSearchParams([one.query])}`;
    const answer = await fetch(server.url + at + query, {
      method: method.toUpperCase(),
      headers: {
        "content-type": one.contentType,
        ...(one.known ? { authorization: `Bearer ${token}` } : {}),
      },
      body: method === "get" ? undefined : one.body,
    });
    const text = await answer.text();
    const about = `seed ${SEED}: ${method} ${at}${query} ${one.body} gave ${answer.status} ${text}`;
    // A segment can make it another path, and what is not even a request is 400.
    const allowed = [...statuses, "400", "401", "404", "405", "415"];
    assert.ok(allowed.includes(String(answer.status)), about);
  }
  assert.doesNotMatch(server.log(), /"level":"error"/);
});

/** Memory of the server's process. */
async function residentMiB({ pid }: Server): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}
