/**
 * Whatever comes in: the server stays up, answers what is documented, stores only what it
 * acknowledged, and its memory comes back to where it was. `FUZZ_CASES` says how many cases, of all
 * kinds together; the seed is printed when something is wrong.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { signIn } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { ports } from "../transport/ports.ts";
import { Wire } from "../wire.ts";
import { grouped, input, noise, sampled, value } from "./fuzz_inputs.ts";
import { Level } from "./level.ts";

const CASES = Number(Deno.env.get("FUZZ_CASES") ?? 4000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 271828);
/** Of each other kind than frames. */
const OTHERS = Math.ceil(CASES / 10);
const FRAMES = CASES - 3 * OTHERS;
/** Frames that are sent before their answers are looked at. */
const VOLLEY = 100;
/** Who send such volleys at once, each under a name of their own. */
const TALKERS = 4;
/** Other connections and requests at once. */
const AT_ONCE = 20;

const ANSWERS = new Set([
  ["hello", "joined", "ack", "message", "member_joined", "member_left", "typing", "read"],
  ["list", "history", "left", "pong", "error", "message_edited", "message_deleted", "reaction"],
].flat());
const CODES = new Set([
  ["invalid_message", "unknown_type", "unauthenticated", "forbidden", "not_found", "not_joined"],
  ["username_taken", "rate_limited", "overloaded"],
].flat());

Deno.test(`${FRAMES} frames of every kind of wrong`, async () => {
  await using server = await startServer();
  const level = new Level(server);
  const acked = new Set<number>();
  const volleys = grouped(sampled(input, FRAMES, SEED), VOLLEY);
  for (const some of grouped(volleys, TALKERS)) {
    const acks = await Promise.all(some.map((frames, n) => fire(server, `fuzz ${n}`, frames)));
    for (const seq of acks.flat()) acked.add(seq);
    await level.sample();
  }
  assert.equal(await head(server), acked.size, "as many as were acknowledged");
  console.log(`${FRAMES} frames, ${acked.size} of them stored; ${await level.returned()}`);
});

/** Sends frames, looks at every answer, and gives the numbers of what was stored. */
async function fire(server: Server, name: string, frames: readonly string[]): Promise<number[]> {
  using wire = await Wire.join(server, name);
  for (const frame of frames) wire.send(frame);
  // One may have left the room; what was said before this has its answer before this has.
  wire.send({ type: "join", roomId: 1 });
  try {
    await wire.say("the end");
  } catch (error) {
    assert.fail(`seed ${SEED}, ${JSON.stringify(frames)}: ${error}`);
  }
  for (const frame of wire.frames) {
    assert.ok(ANSWERS.has(frame.type), JSON.stringify(frame));
    if (frame.type === "error") assert.ok(CODES.has(frame.code), JSON.stringify(frame));
  }
  await wire.close();
  return wire.frames.filter(({ type }) => type === "ack").map(({ seq }) => seq);
}

Deno.test(`${OTHERS} streams of bytes that pretend to be a WebSocket`, async () => {
  await using server = await startServer();
  const { hostname, port } = new URL(server.url);
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  const upgrade = [
    `GET /ws HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`,
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  ].join("");
  const streams = sampled(fc.uint8Array({ maxLength: 400 }), OTHERS, SEED);
  await pour(server, Number(port), streams, (index) => index % 4 === 0 ? "" : upgrade);
});

Deno.test(`${OTHERS} streams of bytes that pretend to be lines`, async () => {
  await using server = await startServer({ env: { TCP_PORT: "0" } });
  const join = `${JSON.stringify({ type: "join", roomId: 1, username: "fuzz" })}\n`;
  await pour(
    server,
    ports(server).tcp,
    sampled(noise, OTHERS, SEED),
    (index) => index % 4 ? join : "",
  );
});

/** Sends streams, each on a connection of its own that may be cut before its end. */
async function pour(
  server: Server,
  port: number,
  streams: Iterable<Uint8Array<ArrayBuffer>>,
  prefix: (index: number) => string,
): Promise<void> {
  const level = new Level(server);
  for (const group of grouped(streams, AT_ONCE)) {
    await Promise.all(group.map(async (bytes, index) => {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(new TextEncoder().encode(prefix(index)));
      await connection.write(bytes).catch(() => {});
    }));
    await level.sample();
  }
  using wire = await Wire.join(server, "afterwards");
  assert.equal((await wire.say("still here")).type, "ack");
  assert.doesNotMatch(server.log(), /"level":"error"/, `seed ${SEED}`);
  console.log(await level.returned());
}
Deno.test(`${OTHERS} REST requests of every kind of wrong`, async () => {
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
  const level = new Level(server);
  for (const group of grouped(sampled(request, OTHERS, SEED), AT_ONCE)) {
    await Promise.all(group.map(async (one) => {
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
      const about =
        `seed ${SEED}: ${method} ${at}${query} ${one.body} gave ${answer.status} ${text}`;
      // A segment can make it another path, and what is not even a request is 400.
      const allowed = [...statuses, "400", "401", "404", "405", "415"];
      assert.ok(allowed.includes(String(answer.status)), about);
    }));
    await level.sample();
  }
  assert.doesNotMatch(server.log(), /"level":"error"/, `seed ${SEED}`);
  console.log(await level.returned());
});

/** How far the lobby's log goes. */
async function head(server: Server): Promise<number> {
  using wire = await Wire.connect(server);
  wire.send({ type: "join", roomId: 1, username: "reader" });
  return (await wire.next("joined")).head;
}
