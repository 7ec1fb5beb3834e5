/** What a server says of itself, and what its files weigh. */
import type { Server } from "../parley.ts";

const MIB = 1024 * 1024;

/** How it is at one moment. */
export interface Reading {
  readonly residentMiB: number;
  readonly heapMiB: number;
  readonly rooms: number;
  readonly journalEvents: number;
  readonly archivePending: number;
  /** The journal's files. */
  readonly journalMiB: number;
}

/** Reads a server's `/metrics` and its folder. */
export class Gauges {
  constructor(private readonly server: Server) {}

  /** How it is now. */
  async read(): Promise<Reading> {
    const text = await (await fetch(`${this.server.url}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    return {
      residentMiB: value("process_resident_memory_bytes") / MIB,
      heapMiB: value("parley_heap_bytes") / MIB,
      rooms: value("parley_rooms_active"),
      journalEvents: value("parley_journal_events"),
      archivePending: value("parley_archive_pending"),
      journalMiB: await this.#journalBytes() / MIB,
    };
  }

  async #journalBytes(): Promise<number> {
    let bytes = 0;
    for await (const { name } of Deno.readDir(this.server.dataDir)) {
      if (!name.startsWith("journal.kv")) continue;
      bytes += (await Deno.stat(`${this.server.dataDir}/${name}`)).size;
    }
    return bytes;
  }
}
