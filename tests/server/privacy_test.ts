/** A 1:1 room is its two people's alone. */
import assert from "node:assert/strict";
import { signIn } from "../browserless.ts";
import { startServer } from "../parley.ts";
import { Wire } from "../wire.ts";

Deno.test("a private room and a missing one give outsiders the same answer, everywhere", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const ben = await signIn(server, "ben");
  const eve = await signIn(server, "eve");
  const path = await ann.submit("/direct", { username: "ben" });
  assert.equal(await ben.submit("/direct", { username: "ANN" }), path, "made once, whoever asks");
  const roomId = Number(String(path).split("/").at(-1));

  using annWire = await ann.join(roomId);
  using benWire = await ben.join(roomId);
  await annWire.say("between us", "t1", roomId);
  assert.equal((await benWire.next("message")).message.text, "between us");

  const answers: unknown[] = [];
  using eveWire = await eve.connect();
  using visitor = await Wire.connect(server);
  for (const [wire, name] of [[eveWire, undefined], [visitor, "nobody"]] as const) {
    for (const id of [roomId, 9999]) {
      wire.send({ type: "join", roomId: id, username: name });
      const { roomId: _, ...error } = await wire.next("error");
      answers.push(error);
    }
  }
  assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.equal((answers[0] as { code: string }).code, "not_found");
  assert.equal((await eveWire.say("let me in", "t2", roomId)).code, "not_joined");

  const pages = await Promise.all([roomId, 9999].map((id) => eve.get(`/rooms/${id}`)));
  const texts = await Promise.all(
    pages.map(async (page) => (await page.text()).replace(/nonce="\w+"/g, "")),
  );
  assert.deepEqual(pages.map(({ status }) => status), [404, 404]);
  assert.equal(texts[0], texts[1]?.replaceAll("9999", String(roomId)));
  for (const path of ["/", "/api/rooms"]) {
    const text = await (await eve.get(path)).text();
    assert.equal(text.includes(`/rooms/${roomId}"`), false);
    assert.equal(text.includes("between us"), false);
  }
});

Deno.test("nobody talks in private with somebody who only says a name", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  using _visitor = await Wire.join(server, "visitor");
  assert.equal(await ann.submit("/direct", { username: "visitor" }), 422);
  assert.equal(await ann.submit("/direct", { username: "ann" }), 422);
  assert.equal(await ann.submit("/direct", { username: "nobody at all" }), 422);
});

Deno.test("whoever takes a name that was given back does not get its private rooms", async () => {
  await using server = await startServer();
  const ann = await signIn(server, "ann");
  const ben = await signIn(server, "ben");
  const path = String(await ann.submit("/direct", { username: "ben" }));
  await ben.submit("/session/end", {});
  const another = await signIn(server, "ben");
  assert.equal((await another.get(path)).status, 404);
  assert.equal((await ann.get(path)).status, 200);
});

Deno.test("two people who ask for their room at the same moment get the same one, 50 times", async () => {
  await using server = await startServer();
  for (let n = 0; n < 50; n++) {
    const [a, b] = await Promise.all([signIn(server, `a${n}`), signIn(server, `b${n}`)]);
    const [one, two] = await Promise.all([
      a.submit("/direct", { username: `b${n}` }),
      b.submit("/direct", { username: `a${n}` }),
    ]);
    assert.equal(one, two);
    assert.match(String(one), /^\/rooms\/\d+$/);
  }
});

Deno.test("of two who take the same name at the same moment exactly one gets it", async () => {
  await using server = await startServer();
  for (let n = 0; n < 20; n++) {
    const results = await Promise.allSettled([1, 2, 3].map(() => signIn(server, `name ${n}`)));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  }
});
