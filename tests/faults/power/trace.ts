/** What the kernel was asked to do, and whether what clients were told had waited for the disk. */

/** The calls that tell: writes to the journal and to clients, and those that reach the disk. */
const CALLS = "write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync";

/** Runs a server, which stays a child of ours, and writes down its calls. */
export function strace(file: string): string[] {
  const how = ["-D", "-f", "-y", "-s", "70000", "--seccomp-bpf"];
  return ["strace", ...how, "-e", `trace=${CALLS}`, "-o", file];
}

/** What a trace says of messages. */
export interface Verdict {
  /** Acknowledgements that were sent. */
  readonly acks: number;
  /** Syncs that brought messages to the disk. */
  readonly syncs: number;
  /** The `txnId`s that a client was told before a sync which began after their write had ended. */
  readonly early: readonly string[];
}

const JOURNAL = /^\w+\(\d+<[^>]*journal\.kv-wal>/;
const SYNC = /^(<\.\.\. )?f(data)?sync/;
const TXN_ID = /(ack\\",)?\\"txnId\\":\\"([\w-]+)/g;

/**
 * Reads the output of {@link strace}. A call during which another thread makes one has two lines,
 * one for its begin and one for its end; a call in one line begins and ends there.
 *
 * @param ids matches the `txnId`s in the bytes of the journal
 */
export function judgeTrace(lines: Iterable<string>, ids: RegExp): Verdict {
  const written = new Set<string>();
  const syncing = new Map<string, readonly string[]>();
  const synced = new Set<string>();
  const early = new Set<string>();
  let acks = 0;
  let syncs = 0;
  for (const line of lines) {
    const [, thread = "", call = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (SYNC.test(call)) {
      if (JOURNAL.test(call)) {
        syncing.set(thread, [...written]);
        written.clear();
      }
      if (call.endsWith("<unfinished ...>")) continue;
      const done = syncing.get(thread) ?? [];
      syncing.delete(thread);
      // A sync that failed brought nothing to the disk.
      if (done.length === 0 || !/= 0$/.test(call)) continue;
      for (const id of done) synced.add(id);
      syncs++;
    } else if (JOURNAL.test(call)) {
      for (const [id] of call.matchAll(ids)) if (!synced.has(id)) written.add(id);
    } else if (/^\w+\(\d+<(socket|TCP)/.test(call)) {
      for (const [, ack, id = ""] of call.matchAll(TXN_ID)) {
        if (ack !== undefined) acks++;
        if (!synced.has(id)) early.add(id);
      }
    }
  }
  return { acks, syncs, early: [...early] };
}
