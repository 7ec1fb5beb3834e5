/**
 * Messages that nobody has acknowledged yet, kept so that they survive a reload or a closed tab.
 *
 * Each one has a key of its own in the store. Two tabs of one user therefore never overwrite each
 * other's messages, and adding or removing one is a single step.
 */
import type { Store } from "./platform.ts";

/** A message that its author has sent and the server has not yet acknowledged. */
export interface Unsent {
  /** UUIDv7: sorts by time, and makes every retry the same message (PROTOCOL §2). */
  readonly txnId: string;
  readonly roomId: number;
  readonly text: string;
  /** The id of the message that it answers. */
  readonly replyTo?: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Why it will not be sent again by itself: a sentence for its author. */
  readonly failed?: string;
}

/** The unsent messages of one user in one room, oldest first. */
export class Outbox {
  readonly #store: Store;
  readonly #userId: string;
  readonly #roomId: number;
  /** What this tab answers for. The store is its mirror, so a full or forbidden store costs only the surviving. */
  readonly #entries = new Map<string, Unsent>();

  constructor(store: Store, userId: string, roomId: number) {
    this.#store = store;
    this.#userId = userId;
    this.#roomId = roomId;
    this.adopt();
  }

  /** All of them, in the order in which they were written. */
  get entries(): readonly Unsent[] {
    return [...this.#entries.values()].sort((a, b) => a.txnId < b.txnId ? -1 : 1);
  }

  /** The next one to send. */
  get next(): Unsent | undefined {
    return this.entries.find((entry) => entry.failed === undefined);
  }

  has(txnId: string): boolean {
    return this.#entries.has(txnId);
  }

  put(entry: Unsent): void {
    this.#entries.set(entry.txnId, entry);
    attempt(() => this.#store.setItem(this.#key(entry.txnId), JSON.stringify(entry)));
  }

  /** It stays, but is not sent again until its author says so. */
  fail(txnId: string, reason: string): void {
    const entry = this.#entries.get(txnId);
    if (entry) this.put({ ...entry, failed: reason });
  }

  /** Undoes `fail`. */
  revive(txnId: string): void {
    const { failed: _, ...entry } = this.#entries.get(txnId) ?? { txnId: "" };
    if ("text" in entry) this.put(entry);
  }

  /** It was acknowledged, or its author threw it away. */
  remove(txnId: string): void {
    if (this.#entries.delete(txnId)) attempt(() => this.#store.removeItem(this.#key(txnId)));
  }

  /** Takes over what other tabs, still open or long closed, left in the store. */
  adopt(): void {
    for (const entry of stored(this.#store, this.#userId)) {
      if (entry.roomId === this.#roomId && !this.has(entry.txnId)) {
        this.#entries.set(entry.txnId, entry);
      }
    }
  }

  /**
   * Another tab changed the store at `key` (null: all of it).
   * Answers whether a message of this room may be new there, or is gone.
   */
  changedElsewhere(key: string | null, value: string | null): "added" | "removed" | null {
    const txnId = key?.startsWith(this.#key("")) ? key.slice(this.#key("").length) : null;
    if (txnId === null) return null;
    if (value !== null) return parse(value)?.roomId === this.#roomId ? "added" : null;
    return this.#entries.delete(txnId) ? "removed" : null;
  }

  #key(txnId: string): string {
    return prefix(this.#userId) + txnId;
  }
}

/** How many unsent messages `userId` has in each room: room id → count. */
export function countUnsent(store: Store, userId: string): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { roomId } of stored(store, userId)) counts.set(roomId, (counts.get(roomId) ?? 0) + 1);
  return counts;
}

function prefix(userId: string): string {
  return `parley:outbox:${userId}:`;
}

function stored(store: Store, userId: string): Unsent[] {
  const entries: Unsent[] = [];
  attempt(() => {
    for (let i = 0; i < store.length; i++) {
      const key = store.key(i);
      if (!key?.startsWith(prefix(userId))) continue;
      const entry = parse(store.getItem(key));
      if (entry) entries.push(entry);
    }
  });
  return entries;
}

/** The store is the user's own, but older versions and other hands may have written in it. */
function parse(value: string | null): Unsent | null {
  let entry: Partial<Unsent> | null = null;
  attempt(() => entry = JSON.parse(value ?? "null"));
  return isUnsent(entry) ? entry : null;
}

function isUnsent(entry: Partial<Unsent> | null): entry is Unsent {
  return typeof entry?.txnId === "string" && typeof entry.roomId === "number" &&
    typeof entry.text === "string" && typeof entry.createdAt === "number" &&
    (entry.replyTo === undefined || typeof entry.replyTo === "string") &&
    (entry.failed === undefined || typeof entry.failed === "string");
}

/** A store that is full or forbidden must not stop the chat: memory still has the message. */
function attempt(use: () => void): void {
  try {
    use();
  } catch {
    // See above; JSON that is none ends here too, and counts as nothing stored.
  }
}
