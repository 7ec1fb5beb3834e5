/** A removal and a join of the same person at the same moment. */
import assert from "node:assert/strict";
import { readConfig } from "@/lib/config.ts";
import { createLog } from "@/lib/log.ts";
import { openParley } from "@/lib/parley.ts";
import { tempDir } from "../temp.ts";

const ORIGIN = { address: "127.0.0.1", agent: "test" };
const REQUEST = new Request("http://127.0.0.1/");

Deno.test("a join that is under way does not outlive the removal", async () => {
  await using dir = await tempDir();
  const config = readConfig({ DATA_DIR: dir.path, RATE_MESSAGES_PER_SECOND: "0" });
  const parley = await openParley(config, createLog({ format: "json", level: "error" }));
  const [ann, ben] = await Promise.all(
    ["ann", "ben"].map(async (name) =>
      (await parley.identities.startGuest(name, REQUEST, ORIGIN)).user
    ),
  );
  assert.ok(ann && ben);
  const { id } = await parley.rooms.createGroup("plans", ann, { isPrivate: true });
  let joined = 0;

  for (let round = 0; round < 300; round++) {
    await parley.membership.add(ann, id, "ben");
    const frames: string[] = [];
    const decoder = new TextDecoder();
    const session = parley.connect({
      batch: false,
      buffered: 0,
      send: (data) => frames.push(typeof data === "string" ? data : decoder.decode(data)),
      close() {},
    }, ben);
    const removal = parley.membership.remove(ann, id, "ben", false);
    // Another moment of the removal each time: a read of the store is the clock's tick.
    for (let tick = round % 15; tick > 0; tick--) await parley.rooms.get(1);
    session.receive(JSON.stringify({ type: "join", roomId: id }));
    await removal;
    await parley.say(id, { type: "message", user: ann, text: `word ${round}.` });
    // Commands wait for one another: the join is done when the pong comes.
    session.receive(JSON.stringify({ type: "ping" }));
    while (!frames.some((frame) => frame.includes("pong"))) await parley.rooms.get(1);
    assert.ok(!frames.some((frame) => frame.includes(`word ${round}.`)), `round ${round}`);
    if (frames.some((frame) => frame.includes('"joined"'))) joined++;
    session.closed();
  }
  assert.ok(joined > 0 && joined < 300, `both orders were tried: ${joined} of 300 were in first`);
  await parley.stop();
});
