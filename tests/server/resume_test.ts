/** Whoever comes back gets exactly what was missed: no hole, nothing twice. */
import assert from "node:assert/strict";
import { startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { Wire } from "../wire.ts";

async function talk(wire: Wire, count: number, from = 0): Promise<void> {
  for (let n = 0; n < count; n++) {
    wire.send({ type: "message", roomId: 1, text: `text ${from + n}` });
  }
  await wire.until(() => wire.frames.filter(({ type }) => type === "ack").length >= from + count);
}

for (const batch of [false, true]) {
  Deno.test(`a ${batch ? "batch" : "plain"} client that missed 1, 41, 129, 301 or 2,000 events gets just them`, async (t) => {
    await using server = await startServer({ env: { RECENT_EVENTS: "50" } });
    using alice = await Wire.join(server, "alice", { batch: true });
    await talk(alice, 2100);
    const { epoch } = alice.frames.find(({ type }) => type === "joined") ?? {};
    for (const missed of [0, 1, 41, 129, 301, 2000]) {
      await t.step(`${missed} events`, async () => {
        const after = 2100 - missed;
        using bob = await Wire.join(server, `bob ${missed}`, { after, epoch, batch });
        const joined = bob.frames.find(({ type }) => type === "joined");
        assert.deepEqual([joined?.resumed, joined?.head, joined?.history], [true, 2100, []]);
        await bob.until(() => bob.texts.length === missed);
        const seqs = bob.frames.filter(({ type }) => type === "message").map((f) => f.message.seq);
        assert.deepEqual(seqs, Array.from({ length: missed }, (_, n) => after + n + 1));
      });
    }
  });
}

Deno.test("between catching up and live there is no hole", async () => {
  await using server = await startServer({ env: { RECENT_EVENTS: "10" } });
  using alice = await Wire.join(server, "alice", { batch: true });
  await talk(alice, 500);
  const done = talk(alice, 2000, 500);
  const readers: Wire[] = [];
  for (let n = 0; n < 20; n++) {
    readers.push(await Wire.join(server, `reader ${n}`, { after: n * 25, batch: n % 2 === 0 }));
  }
  await done;
  for (const [n, reader] of readers.entries()) {
    await reader.until(() => reader.texts.length >= 2500 - n * 25);
    assert.deepEqual(reader.texts, alice.texts.slice(n * 25));
    reader[Symbol.dispose]();
  }
});

Deno.test("another epoch, or a number from the future, is never resumed from", async () => {
  await using server = await startServer();
  using alice = await Wire.join(server, "alice");
  await talk(alice, 3);
  for (const [n, options] of [{ after: 1, epoch: "another" }, { after: 99 }].entries()) {
    using bob = await Wire.join(server, `bob ${n}`, options);
    const joined = bob.frames.find(({ type }) => type === "joined");
    assert.equal(joined?.resumed, false);
    assert.equal(joined?.history.length, 3);
  }
});

Deno.test("after a restart a client resumes from the number that it had", async () => {
  await using dir = await tempDir();
  await using server = await startServer({ dataDir: dir.path });
  using alice = await Wire.join(server, "alice");
  await talk(alice, 30);
  const { epoch } = alice.frames.find(({ type }) => type === "joined") ?? {};
  assert.equal(await server.stop(), 0);
  assert.equal(await alice.end(), 1012, "the server says that it restarts");
  await using again = await startServer({ dataDir: dir.path });
  using back = await Wire.join(again, "alice", { after: 12, epoch });
  await back.until(() => back.texts.length === 18);
  assert.deepEqual(back.texts, alice.texts.slice(12));
});

Deno.test("pages of history reach back to the first message", async () => {
  await using server = await startServer({ env: { RECENT_EVENTS: "10" } });
  using alice = await Wire.join(server, "alice", { batch: true });
  await talk(alice, 250);
  const texts: string[] = [];
  let before: number | undefined;
  for (let more = true; more;) {
    alice.send({ type: "history", roomId: 1, before, limit: 60 });
    const page = await alice.next("history");
    texts.unshift(...page.messages.map((m: { text: string }) => m.text));
    before = page.messages[0].seq;
    more = page.more;
  }
  assert.deepEqual(texts, alice.texts);
});
