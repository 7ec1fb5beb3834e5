/** Whatever a client sends: a clear answer, the connection alive, the server unharmed. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { seeded } from "../random.ts";
import { Wire } from "../wire.ts";

const SEND = { type: "message", roomId: 1 };

/** What is sent, after a join → the error code that answers it. */
const CASES: [name: string, frame: string | object, code: string][] = [
  ["text that is not JSON", "hello", "invalid_message"],
  ["an empty frame", "", "invalid_message"],
  ["an array", [SEND], "invalid_message"],
  ["null", "null", "invalid_message"],
  ["a number", "42", "invalid_message"],
  ["no type", {}, "invalid_message"],
  ["a type that is no text", { type: 7 }, "invalid_message"],
  ["a type that nobody knows", { type: "dance" }, "unknown_type"],
  ["deep nesting", "[".repeat(30_000) + "]".repeat(30_000), "invalid_message"],
  ["a message without text", SEND, "invalid_message"],
  ["a message without a room", { type: "message", text: "x" }, "invalid_message"],
  ["empty text", { ...SEND, text: "" }, "invalid_message"],
  ["text of blanks", { ...SEND, text: " \n\t " }, "invalid_message"],
  ["text that is a number", { ...SEND, text: 7 }, "invalid_message"],
  ["text of 8,001 characters", { ...SEND, text: "x".repeat(8001) }, "invalid_message"],
  ["a lone surrogate", `{"type":"message","roomId":1,"text":"a\\ud800b"}`, "invalid_message"],
  ["NUL", { ...SEND, text: "a\0b" }, "invalid_message"],
  ["a room id that is a fraction", { ...SEND, roomId: 1.5, text: "x" }, "invalid_message"],
  ["a negative room id", { ...SEND, roomId: -1, text: "x" }, "invalid_message"],
  ["a txnId of 65 characters", { ...SEND, text: "x", txnId: "x".repeat(65) }, "invalid_message"],
  ["a txnId that is a number", { ...SEND, text: "x", txnId: 5 }, "invalid_message"],
  ["a limit that is text", { type: "history", roomId: 1, limit: "10" }, "invalid_message"],
  ["a limit above 100", { type: "history", roomId: 1, limit: 101 }, "invalid_message"],
  ["after as text", { type: "join", roomId: 1, after: "0" }, "invalid_message"],
  ["a token that nobody has", { type: "auth", token: "guess" }, "unauthenticated"],
  ["a room that is not", { type: "join", roomId: 404 }, "not_found"],
  ["a message to a room not joined", { type: "message", roomId: 404, text: "x" }, "not_joined"],
  ["typing in a room not joined", { type: "typing", roomId: 404 }, "not_joined"],
  ["leaving a room not joined", { type: "leave", roomId: 404 }, "not_joined"],
];

Deno.test("bad frames get the right error, and nothing of them is stored", async (t) => {
  await using server = await startServer();
  using wire = await Wire.join(server, "mallory");
  for (const [name, frame, code] of CASES) {
    await t.step(`${name}: ${code}`, async () => {
      wire.send(frame);
      const error = await wire.next("error");
      assert.equal(error.code, code);
      assert.match(error.message, /\w+.*\.$/, "a sentence for a person");
    });
  }
  await t.step("an error carries the txnId of what caused it", async () => {
    wire.send({ ...SEND, text: "", txnId: "mine" });
    assert.equal((await wire.next("error")).txnId, "mine");
  });
  await t.step("a binary frame is refused, the connection stays", async () => {
    wire.socket.send(new Uint8Array([1, 2, 3]));
    assert.equal((await wire.next("error")).code, "invalid_message");
  });
  await t.step("1,000 garbage frames in a row", async () => {
    const random = garbage(42);
    for (let n = 0; n < 1000; n++) wire.send(random());
    await wire.until(() => wire.frames.filter(({ type }) => type === "error").length >= 1000);
  });
  await t.step("extra fields are ignored, and a claimed sender, too", async () => {
    wire.send({ ...SEND, text: "it is me", sender: "alice", username: "alice", extra: { a: 1 } });
    const { message } = await wire.next("message");
    assert.deepEqual([message.sender, message.text, message.seq], ["mallory", "it is me", 1]);
  });
  await t.step("8,000 characters are not too many", async () => {
    assert.equal((await wire.say("😀".repeat(4000))).seq, 2);
  });
  await t.step("only what was acknowledged is in the history", async () => {
    wire.send({ type: "history", roomId: 1, limit: 100 });
    assert.equal((await wire.next("history")).messages.length, 2);
  });
});

Deno.test("a frame of 64 KiB + 1 closes with 1009, and only that connection", async () => {
  await using server = await startServer();
  using wire = await Wire.join(server, "mallory");
  using other = await Wire.join(server, "bob");
  const frame = JSON.stringify({ ...SEND, text: "x", padding: "" });
  wire.send(frame.replace(`""`, `"${"x".repeat(65_536 - frame.length)}"`));
  assert.equal((await wire.next("ack")).seq, 1, "64 KiB exactly is allowed");
  wire.send("é".repeat(32_768) + "x");
  assert.equal(await wire.end(), 1009);
  assert.equal((await other.say("still here")).seq, 2);
});

Deno.test("a message before the join is refused with not_joined", async () => {
  await using server = await startServer();
  using wire = await Wire.connect(server);
  assert.equal((await wire.say("too early")).code, "not_joined");
});

Deno.test("a join without a name is refused with unauthenticated", async () => {
  await using server = await startServer();
  using wire = await Wire.connect(server);
  wire.send({ type: "join", roomId: 1 });
  assert.equal((await wire.next("error")).code, "unauthenticated");
});

Deno.test("names that would deceive are refused", async () => {
  await using server = await startServer();
  using wire = await Wire.connect(server);
  for (const username of ["", "   ", "a\u202eb", "a\0b", "x".repeat(33), "\u200b"]) {
    wire.send({ type: "join", roomId: 1, username });
    assert.equal((await wire.next("error")).code, "invalid_message", JSON.stringify(username));
  }
});

Deno.test("who sends too fast is told how long to wait, and others are not slowed", async () => {
  await using server = await startServer({ env: { RATE_MESSAGES_PER_SECOND: "2" } });
  using fast = await Wire.join(server, "fast");
  using calm = await Wire.join(server, "calm");
  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => fast.say(`n ${n}`)));
  const refused = answers.filter(({ type }) => type === "error");
  assert.ok(refused.length >= 5, "a burst of three seconds is allowed, no more");
  for (const error of refused) {
    assert.equal(error.code, "rate_limited");
    assert.ok(error.retryAfter > 0 && error.retryAfter <= 500, `${error.retryAfter} ms`);
  }
  assert.equal((await calm.say("hello")).type, "ack");
});

Deno.test("other commands are limited by connection, typing beyond it is dropped", async () => {
  await using server = await startServer({ env: { RATE_MESSAGES_PER_SECOND: "2" } });
  using greedy = await Wire.join(server, "greedy");
  using other = await Wire.join(server, "other");
  for (let n = 0; n < 100; n++) greedy.send({ type: "list", roomId: 1, txnId: `${n}` });
  greedy.send({ type: "typing", roomId: 1 });
  await greedy.until(() => greedy.frames.filter(({ txnId }) => txnId !== undefined).length >= 100);
  const refused = greedy.frames.filter(({ code }) => code === "rate_limited");
  assert.ok(refused.length > 50, `${refused.length} of 100 were refused`);
  assert.equal((await greedy.say("messages have a limit of their own")).type, "ack");
  assert.equal((await other.say("so have others")).type, "ack");
  assert.equal(other.frames.some(({ type }) => type === "typing"), false);
});

/** Random text frames, the same for the same seed. */
function garbage(seed: number): () => string {
  const random = seeded(seed);
  const alphabet = `{}[]":,0123456789truefalsnl\\u type message roomId`;
  return () =>
    Array.from(
      { length: 1 + random() * 60 },
      () => alphabet[Math.floor(random() * alphabet.length)],
    )
      .join("");
}
