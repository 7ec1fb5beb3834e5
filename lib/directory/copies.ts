/** Copies of directory records in libSQL: what was changed in Deno KV is marked, then copied. */
import { DatabaseError } from "../../db/database.ts";
import type { DirectoryTable } from "../../db/directory.ts";
import { type Log, reason } from "../log.ts";
import { copyMarkers, purgeMarkers, RESTORE } from "./markers.ts";
import type { RoomRecord } from "./room_record.ts";
import type { RoomDirectory } from "./rooms.ts";
import type { UserRecord, Users } from "./users.ts";

/** An atomic of Deno KV takes so many checks. */
const BATCH = 100;
/** How often marked records are looked for, in milliseconds. */
const EVERY_MS = 5000;

/** What the copies were made of, and what they can be made into again. */
export interface Originals {
  readonly users: Users;
  readonly rooms: RoomDirectory;
  /** Removes all that was said in a room; again when it did not finish. */
  purge(roomId: number): Promise<void>;
}

/** Carries marked records to libSQL, and back when the journal was lost. */
export class Copies {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly kv: Deno.Kv,
    private readonly table: DirectoryTable,
    private readonly originals: Originals,
    private readonly log: Log,
  ) {}

  /** Copies every few seconds from now on. */
  start(): void {
    this.#timer = setTimeout(async () => {
      try {
        await this.flush();
      } catch (error) {
        this.log.warn("users and rooms can't be copied now, it is tried again; check the disk", {
          reason: reason(error),
        });
      }
      this.start();
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** The end of {@link start}. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Copies all that is marked. Leaves the rest marked, and says so, when libSQL is away. */
  async flush(): Promise<void> {
    try {
      await this.#restore();
      while (await this.#copyBatch() === BATCH);
      await this.#purge();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.log.debug("users and rooms are copied to libSQL later", { reason: reason(error) });
    }
  }

  /**
   * A fresh KV beside an old libSQL: the journal was lost, or is not the one that belongs to it.
   * What libSQL has copies of comes back; what KV has already stays.
   */
  async #restore(): Promise<void> {
    if ((await this.kv.get(RESTORE)).value === null) return;
    const { users, rooms } = this.originals;
    let restored = 0;
    for await (const { id, record } of this.table.users()) {
      if (record === undefined) this.#isDamaged("user", id);
      else await users.restore(record as UserRecord);
      restored++;
    }
    for await (const { id, record } of this.table.rooms()) {
      if (record !== undefined) await rooms.restore(record as RoomRecord);
      else {
        this.#isDamaged("room", id);
        await rooms.reserve(Number(id));
      }
      restored++;
    }
    await this.kv.delete(RESTORE);
    if (restored > 0) this.log.warn("users and rooms came back from libSQL", { restored });
  }

  #isDamaged(kind: "user" | "room", id: string): void {
    this.log.error("a copy is damaged: who or what it was does not come back", { kind, id });
  }

  /** What was said in rooms that are no more goes after the rooms. */
  async #purge(): Promise<void> {
    for await (const { key } of this.kv.list({ prefix: purgeMarkers })) {
      const roomId = Number(key[1]);
      await this.originals.purge(roomId);
      await this.table.deleteRoom(roomId);
      await this.kv.delete(key);
    }
  }

  async #copyBatch(): Promise<number> {
    const marked: Deno.KvEntry<true>[] = [];
    for await (const entry of this.kv.list<true>({ prefix: copyMarkers }, { limit: BATCH })) {
      marked.push(entry);
    }
    const ids = (kind: string) =>
      marked.filter(({ key }) => key[1] === kind).map(({ key }) => String(key[2]));
    await this.table.putUsers(await this.#records<UserRecord>("user", ids("user")));
    await this.table.putRooms(await this.#records<RoomRecord>("room", ids("room").map(Number)));
    await this.#unmark(marked);
    return marked.length;
  }

  async #unmark(marked: readonly Deno.KvEntry<true>[]): Promise<void> {
    const atomic = this.kv.atomic();
    for (const entry of marked) atomic.check(entry).delete(entry.key);
    if ((await atomic.commit()).ok) return;
    // A record that changed again meanwhile has a newer marker, which stays.
    for (const entry of marked) await this.kv.atomic().check(entry).delete(entry.key).commit();
  }

  async #records<Kind>(kind: string, ids: (string | number)[]): Promise<Kind[]> {
    const found = await Promise.all(ids.map((id) => this.kv.get<Kind>([kind, id])));
    return found.map(({ value }) => value).filter((value) => value !== null) as Kind[];
  }
}
