/** Full-text search in the archive: the same in a file and on a server. */
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Database, DatabaseError } from "@/db/database.ts";
import { Events, type RoomBatch } from "@/db/events.ts";
import { MessageSearch, type Place } from "@/db/message_search.ts";
import { MigratedDatabase } from "@/db/migrate.ts";
import { openDatabase } from "@/db/open.ts";
import { logEvent, messageEvent } from "@/lib/protocol/event.ts";
import type { ChangeFrame } from "@/lib/protocol/server_frames.ts";
import { sqld } from "../sqld.ts";
import { tempDir } from "../temp.ts";

const END: Place = { ts: 9e12, roomId: 0, seq: 0 };

/** The texts as the first messages of a room, a second apart. */
function said(roomId: number, texts: readonly string[]): RoomBatch {
  const events = texts.map((text, index) => {
    const seq = index + 1;
    const id = `id-${roomId}-${seq}`;
    return messageEvent({ id, seq, roomId, userId: "u", sender: "Ann", text, ts: seq * 1000 });
  });
  return { roomId, epoch: "e", events };
}

/** What comes after two messages: both are edited, the second one is deleted. */
function changes(roomId = 1): RoomBatch {
  const by = { roomId, userId: "u", sender: "Ann", ts: 9000 };
  const [first, second] = [`id-${roomId}-1`, `id-${roomId}-2`];
  const frames: ChangeFrame[] = [
    { ...by, type: "message_edited", seq: 3, id: second, text: "a cherry" },
    { ...by, type: "message_edited", seq: 4, id: first, text: "an apple, no" },
    { ...by, type: "reaction", seq: 5, id: first, emoji: "🍎" },
    { ...by, type: "message_edited", seq: 6, id: first, text: "an apple" },
    { ...by, type: "message_deleted", seq: 7, id: second },
  ];
  return { roomId, epoch: "e", events: frames.map((frame) => logEvent(frame)) };
}

/** `room/seq` of what is found. */
async function found(
  database: Database,
  text: string,
  { rooms = [1, 2], before = END, limit = 50 } = {},
): Promise<string[]> {
  const places = await new MessageSearch(database).find(text, rooms, before, limit);
  return places.map(({ roomId, seq }) => `${roomId}/${seq}`);
}

async function inFile() {
  const dir = await tempDir();
  return { url: `file:${dir.path}/a.db`, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

async function onServer() {
  const server = await sqld();
  await server.start();
  return server;
}

for (const [place, open] of Object.entries({ file: inFile, server: onServer })) {
  Deno.test(`${place}: what was said is found, newest first, in the rooms that are asked`, async () => {
    await using fixture = await open();
    const database = new MigratedDatabase(await openDatabase(fixture));
    const events = new Events(database);
    const batches = [
      said(1, ["Lunch at noon?", "Déjà vu — über-Lösung", "tea at noon", "noon!"]),
      said(2, ["noon in Łódź", "no", "Noon"]),
    ];
    await events.apply(batches);
    await events.apply(batches);

    assert.deepEqual(await found(database, "noon"), ["1/4", "2/3", "1/3", "2/1", "1/1"]);
    assert.deepEqual(await found(database, "noon", { rooms: [2] }), ["2/3", "2/1"]);
    assert.deepEqual(await found(database, "noon", { rooms: [] }), []);
    assert.deepEqual(await found(database, "at noo"), ["1/3", "1/1"], "the last word goes on");
    assert.deepEqual(await found(database, "noo at"), [], "others don't");
    for (const text of ["deja", "DÉJÀ", "uber losung", "vu lösung über"]) {
      assert.deepEqual(await found(database, text), ["1/2"], text);
    }

    const [first = "", second = ""] = await found(database, "noon", { limit: 2 });
    assert.deepEqual([first, second], ["1/4", "2/3"]);
    const before = { ts: 3000, roomId: 2, seq: 3 };
    assert.deepEqual(await found(database, "noon", { before, limit: 2 }), ["1/3", "2/1"]);

    const inOne = { rooms: [1], limit: 2 };
    assert.deepEqual(await found(database, "noon", inOne), ["1/4", "1/3"]);
    const third = { ts: 3000, roomId: 1, seq: 3 };
    assert.deepEqual(await found(database, "noon", { ...inOne, before: third }), ["1/1"]);
    assert.deepEqual(await found(database, "noon", { ...inOne, before }), ["1/3", "1/1"]);

    const messages = await events.messagesAt(1, [2, 9, 1]);
    const texts = messages.map((message) => message.text);
    assert.deepEqual(texts.sort(), ["Déjà vu — über-Lösung", "Lunch at noon?"]);

    await events.purge(1);
    assert.deepEqual(await found(database, "noon"), ["2/3", "2/1"], "what is purged is gone");
    await database.close();
  });

  Deno.test(`${place}: no word of a user is an operator`, async () => {
    await using fixture = await open();
    const database = new MigratedDatabase(await openDatabase(fixture));
    await new Events(database).apply([said(1, ["a cat", "NEAR or AND not far: a dog-house"])]);
    for (
      const [text, expected] of Object.entries({
        "cat OR dog": [],
        "NOT cat": [],
        "-cat": ["1/1"],
        "text:cat": [],
        "text : cat": [],
        "{text} : cat": [],
        "^cat": ["1/1"],
        "cat*": ["1/1"],
        "c* cat": [],
        "NEAR(a dog)": ["1/2"],
        "near and": ["1/2"],
        "dog-house": ["1/2"],
        'dog "house': ["1/2"],
        '"a cat"': ["1/1"],
        '"': [],
        '"""': [],
        "'": [],
        "(": [],
        "*": [],
        "a + cat": ["1/1"],
        "😀": [],
        "😀 cat": ["1/1"],
        "cat 😀": ["1/1"],
        "'; DROP TABLE events; --": [],
        " ": [],
      })
    ) {
      assert.deepEqual(await found(database, text), expected, `for ${text}`);
    }
    await database.close();
  });

  Deno.test(`${place}: a message is found by what it says now, and not when it is deleted`, async () => {
    await using fixture = await open();
    const database = new MigratedDatabase(await openDatabase(fixture));
    const events = new Events(database);
    await events.apply([said(1, ["a pear", "a plum"]), said(2, ["a pear"])]);
    await events.apply([changes()]);
    await events.apply([changes()]);
    assert.deepEqual(await found(database, "pear"), ["2/1"]);
    assert.deepEqual(await found(database, "apple"), ["1/1"]);
    assert.deepEqual(await found(database, "cherry"), []);
    assert.deepEqual(await found(database, "plum"), []);
    assert.deepEqual(await found(database, "a"), ["2/1", "1/1"]);
    assert.deepEqual((await events.messagesAt(1, [1])).map(({ text }) => text), ["an apple"]);
    await events.purge(1);
    assert.deepEqual(await found(database, "a"), ["2/1"]);
    await database.close();
  });

  Deno.test(`${place}: what was archived before there was a search is found, too`, async () => {
    await using fixture = await open();
    await using dir = await tempDir();
    const migrations = new URL("../../db/migrations/", import.meta.url);
    for (const name of ["001_initial.sql", "002_event_checksums.sql", "003_changes.sql"]) {
      await Deno.copyFile(fileURLToPath(new URL(name, migrations)), `${dir.path}/${name}`);
    }
    const older = new MigratedDatabase(
      await openDatabase(fixture),
      pathToFileURL(`${dir.path}/`),
    );
    await new Events(older).apply([said(1, ["an old word", "spoilt"]), said(2, ["another"])]);
    await new Events(older).apply([said(3, ["a pear", "a plum"])]);
    await new Events(older).apply([changes(3)]);
    await older.write([{ sql: "UPDATE events SET frame = '{' WHERE room_id = 1 AND seq = 2" }]);
    await assert.rejects(found(older, "old"), DatabaseError);
    await older.close();

    const database = new MigratedDatabase(await openDatabase(fixture));
    assert.deepEqual(await found(database, "wor"), ["1/1"]);
    assert.deepEqual(await found(database, "spoilt"), []);
    assert.deepEqual(await found(database, "a", { rooms: [3] }), ["3/1"], "as it is now");
    assert.deepEqual(await found(database, "apple", { rooms: [3] }), ["3/1"]);
    await new Events(database).purge(1);
    assert.deepEqual(await found(database, "word"), []);
    await database.close();
  });
}
