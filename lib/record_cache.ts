/**
 * The records that every request asks for, kept in memory: whose session or name it is, who that is, what
 * room. Deno KV answers a read from another thread, and behind commits that are in flight.
 */

/** First parts of the keys of such records. All of them are read by their whole key. */
const KINDS: ReadonlySet<Deno.KvKeyPart | undefined> = new Set([
  "session",
  "user",
  "name",
  "room",
  "personal_token",
  "personal_token_secret",
]);
/** Records that are kept at most; those that were asked for last. A record has some 500 bytes. */
const MAX_RECORDS = 20_000;

/**
 * A KV that reads these records once. Whoever reads after a write went through it, reads what was
 * written: so every writer of these records must use it, and no other process may write.
 */
export function cacheRecords(kv: Deno.Kv): Deno.Kv {
  const cache = new RecordCache();
  const own: Partial<Deno.Kv> = {
    async get<T>(key: Deno.KvKey, options?: { consistency?: Deno.KvConsistencyLevel }) {
      if (!KINDS.has(key[0])) return await kv.get<T>(key, options);
      return cache.get(key) as Deno.KvEntry<T> | undefined ??
        await cache.fill(() => kv.get<T>(key, options));
    },
    set: (key, value, options) => cache.write([key], () => kv.set(key, value, options)),
    delete: (key) => cache.write([key], () => kv.delete(key)),
    atomic: () => noted(kv.atomic(), cache),
  };
  return new Proxy(kv, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const value = Reflect.get(kv, name);
      return typeof value === "function" ? value.bind(kv) : value;
    },
  });
}

/** An operation that tells the cache what it writes. */
function noted(operation: Deno.AtomicOperation, cache: RecordCache): Deno.AtomicOperation {
  const keys: Deno.KvKey[] = [];
  const { set, delete: remove, commit } = operation;
  return Object.assign(operation, {
    set(...args: Parameters<typeof set>) {
      keys.push(args[0]);
      return set.apply(operation, args);
    },
    delete(...args: Parameters<typeof remove>) {
      keys.push(args[0]);
      return remove.apply(operation, args);
    },
    commit: () => cache.write(keys, () => commit.call(operation)),
  });
}

class RecordCache {
  /** Whose turn it is to go comes first. */
  readonly #records = new Map<string, Deno.KvEntry<unknown>>();
  /** Writes that have ended: what was read meanwhile may be older. */
  #writes = 0;

  get(key: Deno.KvKey): Deno.KvEntry<unknown> | undefined {
    const name = JSON.stringify(key);
    const record = this.#records.get(name);
    if (record !== undefined) {
      this.#records.delete(name);
      this.#records.set(name, record);
    }
    return record;
  }

  /** Keeps what is read, when there is something. */
  async fill<T>(read: () => Promise<Deno.KvEntryMaybe<T>>): Promise<Deno.KvEntryMaybe<T>> {
    const writes = this.#writes;
    const entry = await read();
    if (entry.versionstamp === null || writes !== this.#writes) return entry;
    this.#records.set(JSON.stringify(entry.key), entry);
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= MAX_RECORDS) break;
      this.#records.delete(oldest);
    }
    return entry;
  }

  /** Writes, and lets go of what was written before, whatever came of it. */
  async write<T>(keys: readonly Deno.KvKey[], write: () => Promise<T>): Promise<T> {
    const names = keys.filter(([kind]) => KINDS.has(kind)).map((key) => JSON.stringify(key));
    if (names.length === 0) return await write();
    try {
      return await write();
    } finally {
      this.#writes++;
      for (const name of names) this.#records.delete(name);
    }
  }
}
