/** Data folders with much in them, made without a server. */
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { Events } from "../db/events.ts";
import { fileUrl } from "../db/file_url.ts";
import { MigratedDatabase } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { RoomDirectory } from "../lib/directory/rooms.ts";
import { type LogEvent, messageEvent } from "../lib/protocol/event.ts";
import { between, oneOf, seeded } from "../tests/random.ts";

/** Events that are archived in one transaction. */
const BATCH = 10_000;
/** What people talk with; words at the beginning come more often. */
const VOCABULARY = 5000;
const SYLLABLES = ["ba", "do", "fe", "ki", "lu", "ma", "ne", "po", "ri", "su", "ta", "vo"];

/** Makes so many rooms in a new folder, the lobby being one of them, and gives their numbers. */
export async function makeRooms(dataDir: string, count: number): Promise<number[]> {
  await Deno.mkdir(dataDir);
  using kv = await Deno.openKv(join(dataDir, "journal.kv"));
  const directory = new RoomDirectory(kv);
  await directory.ensureLobby();
  const ids = [1];
  while (ids.length < count) {
    const group = await directory.createGroup(`room ${ids.length}`, {
      id: uuidv7(),
      name: "maker",
    });
    ids.push(group.id);
  }
  return ids;
}

/** Archives messages: `rooms` has a room's number for each, in the order in which they were said. */
export async function fillArchive(
  dataDir: string,
  rooms: Iterable<number>,
  textOf: (n: number) => string,
): Promise<void> {
  const url = fileUrl(join(dataDir, "archive.db"));
  const database = new MigratedDatabase(await openDatabase({ url }));
  const archive = new Events(database);
  const heads = new Map<number, number>();
  let batch = new Map<number, LogEvent[]>();
  const write = async () => {
    const batches = [...batch].map(([roomId, events]) => ({ roomId, epoch: "filled", events }));
    batch = new Map();
    if (batches.length > 0) await archive.apply(batches);
  };
  const start = Date.now() - 365 * 24 * 3600 * 1000;
  let n = 0;
  for (const roomId of rooms) {
    const seq = (heads.get(roomId) ?? 0) + 1;
    heads.set(roomId, seq);
    const ts = start + n * 10;
    const ids = {
      id: uuidv7({ msecs: ts }),
      userId: `user-${n % 100}`,
      txnId: uuidv7({ msecs: ts }),
    };
    const event = messageEvent({
      ...ids,
      sender: `user ${n % 100}`,
      roomId,
      seq,
      ts,
      text: textOf(n),
    });
    const events = batch.get(roomId);
    if (events === undefined) batch.set(roomId, [event]);
    else events.push(event);
    if (++n % BATCH === 0) await write();
  }
  await write();
  await database.close();
}

/** Texts as people write them: a dozen words, some much more often than others. */
export function talk(seed: number): () => string {
  const random = seeded(seed);
  const words = Array.from(
    { length: VOCABULARY },
    () => Array.from({ length: between(random, 1, 4) }, () => oneOf(random, SYLLABLES)).join(""),
  );
  const word = () => words[Math.floor(VOCABULARY * random() ** 3)];
  return () => Array.from({ length: between(random, 4, 20) }, word).join(" ");
}
