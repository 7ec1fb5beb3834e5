import assert from "node:assert/strict";
import { logRows } from "@/components/log_rows.ts";
import { initialState, withOutbox } from "@/lib/client/room_state.ts";
import type { Message, User } from "@/lib/protocol/server_frames.ts";

const alice: User = { id: "alice", name: "alice" };
const bob: User = { id: "bob", name: "bob" };
const room = { id: 1, kind: "group", name: "lobby" } as const;
const NOON = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;

function state(...said: [User, number][]) {
  const history = said.map(([user, ts], i): Message => ({
    id: `m${i + 1}`,
    seq: i + 1,
    roomId: 1,
    userId: user.id,
    sender: user.name,
    text: `${i + 1}`,
    ts,
    txnId: `t${i + 1}`,
  }));
  const head = history.length;
  const base = { room, self: alice, members: [alice], epoch: "e", readSeq: 0, more: false };
  return initialState({ ...base, head, history });
}

function outline(...[rows]: [ReturnType<typeof logRows>]) {
  return rows.map((row) =>
    row.kind === "message" ? `${row.opens ? "+" : " "}${row.text}` : row.kind
  );
}

Deno.test("messages of one person stand together, unless much time or a day lies between", () => {
  const night = Date.UTC(2026, 10, 20, 23, 59);
  const rows = logRows(
    state(
      [bob, NOON],
      [bob, NOON + MINUTE],
      [alice, NOON + MINUTE],
      [bob, NOON + 2 * MINUTE],
      [bob, NOON + 9 * MINUTE],
      [bob, night],
      [bob, night + 2 * MINUTE],
    ),
    null,
    "utc",
  );
  assert.deepEqual(outline(rows), ["day", "+1", " 2", "+3", "+4", "+5", "+6", "day", "+7"]);
});

Deno.test("the divider stands before the first message of somebody else that is new", () => {
  const log = state([bob, NOON], [alice, NOON], [bob, NOON], [bob, NOON]);
  assert.deepEqual(outline(logRows(log, 1, "utc")), ["day", "+1", "+2", "unread", "+3", " 4"]);
  assert.deepEqual(outline(logRows(log, 4, "utc")), ["day", "+1", "+2", "+3", " 4"]);
});

Deno.test("an own message keeps its key from sending to sent", () => {
  const unsent = { txnId: "t2", roomId: 1, text: "2", createdAt: NOON - 60 * MINUTE };
  const before = logRows(withOutbox(state([bob, NOON]), [unsent]), null, "utc");
  const after = logRows(state([bob, NOON], [alice, NOON]), null, "utc");
  assert.deepEqual(before.map(({ key }) => key), after.map(({ key }) => key));
  assert.deepEqual(before.map((row) => row.kind === "message" && row.status), [
    false,
    "sent",
    "sending",
  ]);
});

Deno.test("every row has a key of its own", () => {
  // Clocks of servers are set back now and then: a day may come twice.
  const rows = logRows(state([bob, NOON], [bob, NOON + 1440 * MINUTE], [bob, NOON]), 1, "utc");
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
});

Deno.test("a message shows its author as they are now, under the name that is theirs alone", () => {
  const nicknamed = { ...bob, nickname: "Bobby" };
  const known = { ...state([bob, NOON]), people: { bob: nicknamed } };
  const [, row] = logRows(known, null, "utc");
  assert.deepEqual(row?.kind === "message" && row.from, nicknamed);
});

Deno.test("an answer shows what it answers, as it is now, and what is gone is gone there, too", () => {
  const [first, second] = state([bob, NOON], [alice, NOON]).messages;
  assert.ok(first && second);
  const answering = (replyTo: string, ...earlier: Message[]) => {
    const history = [...earlier, { ...second, replyTo }];
    const rows = logRows({ ...state(), messages: history }, null, "utc");
    const last = rows.at(-1);
    return last?.kind === "message" ? last.quote : undefined;
  };
  assert.deepEqual(answering("m1", first), { by: "bob", text: "1" });
  const deleted = { ...first, text: "", deleted: true } as const;
  assert.deepEqual(answering("m1", deleted), { by: "bob", text: "This message was deleted." });
  assert.deepEqual(answering("older"), { text: "An older message" });
});
