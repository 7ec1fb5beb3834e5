/** Text in libSQL's file that a flipped bit made invalid UTF-8: the server stays up, and says so. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { v7 as uuidv7 } from "uuid";
import { signIn } from "../browserless.ts";
import { type Server, startServer } from "../parley.ts";
import { tempDir } from "../temp.ts";
import { type Frame, Wire } from "../wire.ts";

const COUNT = 40;
const NOTICE = /was damaged on the server's disk/;
/** Most of the log is in libSQL alone. */
const env = { RECENT_EVENTS: "5" };

/** Sets a column to its text with a byte that is never part of UTF-8. */
function spoil(column: string): string {
  const bytes = `CAST(${column} AS BLOB)`;
  const text = `CAST(substr(${bytes}, 1, 2) || x'ff' || substr(${bytes}, 4) AS TEXT)`;
  return `${column} = ${text}`;
}

/** A server on which Ann said so much before its archive's file was changed. */
interface Damaged {
  readonly server: Server;
  /** Ann, who is back and gets everything from the beginning. */
  readonly wire: Wire;
  readonly acks: readonly Frame[];
}

async function withDamage(
  { sql, forget = [] }: { sql: string; forget?: readonly string[] },
  look: (damaged: Damaged) => Promise<void>,
): Promise<void> {
  await using dir = await tempDir();
  const acks: Frame[] = [];
  let authorization: string;
  {
    await using server = await startServer({ dataDir: dir.path, env });
    const ann = await signIn(server, "ann");
    authorization = `Bearer ${ann.token}`;
    assert.equal(await ann.submit("/rooms", { name: "tea" }), "/rooms/2");
    using wire = await ann.join(1);
    for (let seq = 1; seq <= COUNT; seq++) acks.push(await wire.say(`text ${seq}`, uuidv7()));
    assert.equal(await server.stop(), 0);
  }
  {
    using file = new DatabaseSync(`${dir.path}/archive.db`);
    assert.equal(file.prepare(sql).run().changes, 1);
  }
  for (const name of forget) await Deno.remove(`${dir.path}/${name}`);
  await using server = await startServer({ dataDir: dir.path, env });
  using wire = await Wire.connect(server, { headers: { authorization } });
  wire.send({ type: "join", roomId: 1, username: "ann", after: 0 });
  await wire.where(({ type }) => type === "joined" || type === "error");
  await look({ server, wire, acks });
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
}

/** Everything is shown as it was said, but for the 7th message when that is lost: a notice. */
function assertShown(messages: readonly Frame[], isLost: boolean): void {
  assert.deepEqual(messages.map(({ seq }) => seq), Array.from({ length: COUNT }, (_, n) => n + 1));
  for (const { seq, text } of messages) {
    if (seq === 7 && isLost) assert.match(text, NOTICE);
    else assert.equal(text, `text ${seq}`);
  }
}

for (const column of ["frame", "id", "kind", "user_id"]) {
  const isLost = column === "frame";
  Deno.test(`an archived event whose ${column} is no UTF-8 any more`, async () => {
    const sql = `UPDATE events SET ${spoil(column)} WHERE room_id = 1 AND seq = 7`;
    await withDamage({ sql }, async ({ server, wire, acks }) => {
      await wire.until(() => wire.texts.length === COUNT);
      const live = wire.frames.filter(({ type }) => type === "message");
      assertShown(live.map(({ message }) => message), isLost);
      wire.send({ type: "history", roomId: 1, limit: 100 });
      assertShown((await wire.next("history")).messages, isLost);
      const { id, seq, ts, txnId } = acks[6] ?? {};
      const again = await wire.say("text 7", txnId);
      assert.deepEqual([again.type, again.id, again.seq, again.ts], ["ack", id, seq, ts]);
      wire.send({ type: "react", roomId: 1, id, emoji: "👍", txnId: "reaction" });
      const answer = await wire.where((frame) =>
        frame.txnId === "reaction" && frame.type !== "reaction"
      );
      assert.ok(answer.type === "ack" || answer.code === "not_found", JSON.stringify(answer));
      const told = /"message":"an archived message is damaged[^\n]*"roomId":1,"seq":7/;
      if (isLost) assert.match(server.log(), told);
    });
  });
}

Deno.test("the name of an archived log is no UTF-8 any more", async () => {
  const sql = `UPDATE logs SET ${spoil("epoch")} WHERE room_id = 1`;
  await withDamage({ sql }, async ({ server, wire }) => {
    await wire.until(() => wire.texts.length === COUNT);
    for (let n = 0; n < 10; n++) assert.equal((await wire.say(`more ${n}`)).type, "ack");
    while (!/holds another log of a room/.test(server.log())) await wire.say("and more");
    assert.match(server.log(), /holds another log of a room[^\n]*"roomId":1/);
  });
});

const forget = ["journal.kv"];

Deno.test("the journal is lost, and the copy of a user is no UTF-8 any more", async () => {
  const sql = `UPDATE users SET ${spoil("record")}`;
  await withDamage({ sql, forget }, async ({ server, wire }) => {
    assert.match(server.log(), /a copy is damaged[^\n]*"kind":"user","id":"[-0-9a-f]{36}"/);
    assert.equal((await wire.say("I am here")).type, "ack");
  });
});

Deno.test("the journal is lost, and the copy of a room: its number goes to no other", async () => {
  const sql = `UPDATE rooms SET ${spoil("record")} WHERE id = 2`;
  await withDamage({ sql, forget }, async ({ server }) => {
    assert.match(server.log(), /a copy is damaged[^\n]*"kind":"room","id":"2"/);
    const ben = await signIn(server, "ben");
    assert.equal(await ben.submit("/rooms", { name: "another" }), "/rooms/3");
    assert.equal((await ben.get("/rooms/2")).status, 404);
  });
});

Deno.test("the archive's list of migrations is no UTF-8 any more", async () => {
  const sql = `UPDATE schema_migrations SET ${spoil("sha256")} WHERE version = 1`;
  await assert.rejects(withDamage({ sql }, async () => {}), /set up by another 001_initial.sql/);
});
