/** Copies of directory records in libSQL: what was changed in Deno KV is marked, then copied. */
import { DatabaseError } from "../../db/database.ts";
import type { DirectoryTable } from "../../db/directory.ts";
import { type Log, reason } from "../log.ts";
import type { RoomRecord } from "./rooms.ts";
import type { UserRecord } from "./users.ts";

const markers: Deno.KvKey = ["copy"];
const BATCH = 200;
/** How often marked records are looked for, in milliseconds. */
const EVERY_MS = 5000;

/**
 * The key that says "this record changed": set in the same atomic as the record itself,
 * removed when libSQL has it.
 */
export function copyMarker(kind: "user" | "room", id: string): Deno.KvKey {
  return [...markers, kind, id];
}

/** Carries marked records to libSQL. Copying one twice changes nothing. */
export class Copies {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly kv: Deno.Kv,
    private readonly table: DirectoryTable,
    private readonly log: Log,
  ) {}

  /** Copies every few seconds from now on. */
  start(): void {
    this.#timer = setTimeout(() => this.flush().finally(() => this.start()), EVERY_MS);
    this.#timer.unref();
  }

  /** The end of {@link start}. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Copies all that is marked. Leaves the rest marked, and says so, when libSQL is away. */
  async flush(): Promise<void> {
    try {
      while (await this.#copyBatch() === BATCH);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.log.debug("users and rooms are copied to libSQL later", { reason: reason(error) });
    }
  }

  async #copyBatch(): Promise<number> {
    const marked: Deno.KvEntry<true>[] = [];
    for await (const entry of this.kv.list<true>({ prefix: markers }, { limit: BATCH })) {
      marked.push(entry);
    }
    const ids = (kind: string) =>
      marked.filter(({ key }) => key[1] === kind).map(({ key }) => String(key[2]));
    await this.table.putUsers(await this.#records<UserRecord>("user", ids("user")));
    await this.table.putRooms(await this.#records<RoomRecord>("room", ids("room").map(Number)));
    // A record that changed again meanwhile has a newer marker, which stays.
    await Promise.all(
      marked.map((entry) => this.kv.atomic().check(entry).delete(entry.key).commit()),
    );
    return marked.length;
  }

  async #records<Kind>(kind: string, ids: (string | number)[]): Promise<Kind[]> {
    const found = await Promise.all(ids.map((id) => this.kv.get<Kind>([kind, id])));
    return found.map(({ value }) => value).filter((value) => value !== null) as Kind[];
  }
}
