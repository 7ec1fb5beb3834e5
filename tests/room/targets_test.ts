/** What changes are about is kept as long as one is on its way, whatever else is. */
import assert from "node:assert/strict";
import type { ChangeFrame, Message } from "@/lib/protocol/server_frames.ts";
import { Targets } from "@/lib/room/targets.ts";

const message = (id: string): Message => ({
  id,
  seq: 1,
  roomId: 1,
  userId: "ann",
  sender: "Ann",
  text: "as it was",
  ts: 1,
});
const edit = (id: string): ChangeFrame => ({
  type: "message_edited",
  roomId: 1,
  seq: 2,
  id,
  userId: "ann",
  sender: "Ann",
  ts: 2,
  text: "as it is",
});

Deno.test("a message is let go with the last change of it, not with the last of all", () => {
  const targets = new Targets();
  for (const id of ["a", "a", "b"]) targets.keep(message(id));
  targets.change(edit("a"));
  targets.release("a");
  assert.equal(targets.get("a")?.text, "as it is", "another change of it is on its way");
  targets.release("a");
  assert.equal(targets.get("a"), undefined);
  assert.equal(targets.get("b")?.text, "as it was");
  assert.equal(targets.size, 1);
});
