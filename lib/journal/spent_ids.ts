/** What a room's journal remembers for ever of the `txnId`s of events that it let go. */
import type { LogEvent, Receipt } from "../protocol/event.ts";
import { isTimeOrdered } from "./journal.ts";
import * as keys from "./keys.ts";
import { type FiledReceipt, OpaqueIds } from "./opaque_ids.ts";

/** Receipts in one file at most: each has some 300 bytes, and a value of Deno KV takes 65,536. */
const FILE_RECEIPTS = 150;

/** The promises are those of `Journal` for the ids of one room. */
export class SpentIds {
  /** By user; all of the room are read at the first question, one by one they would cost far more. */
  readonly #greatest = new Map<string, string>();
  #loading: Promise<void> | undefined;
  #loaded: boolean;
  /** Of users that were asked about. */
  readonly #opaque = new Map<string, OpaqueIds>();

  /** @param isNew whether the room has a log only now, so that there is nothing to read */
  constructor(private readonly kv: Deno.Kv, private readonly roomId: number, isNew: boolean) {
    this.#loaded = isNew;
  }

  /** See `Journal.greatestTxn`. */
  greatest(userId: string): string | Promise<string> {
    const known = () => this.#greatest.get(userId) ?? "";
    return this.#loaded ? known() : this.#load().then(known);
  }

  /** See `Journal.isUnused`. */
  lacks(userId: string, txnId: string): boolean {
    return this.#opaque.get(userId)?.lacks(txnId) ?? false;
  }

  /** See `Journal.receipt`. */
  receipt(userId: string, txnId: string): Promise<Receipt | undefined> {
    let ids = this.#opaque.get(userId);
    // Trims add to it from now on, also while it is loaded.
    if (ids === undefined) {
      this.#opaque.set(userId, ids = new OpaqueIds(this.kv, this.roomId, userId));
    }
    return ids.receipt(txnId);
  }

  /** Reads what `spend` must know. */
  async prepare(): Promise<void> {
    if (!this.#loaded) await this.#load();
  }

  /**
   * Files the ids of entries that go, once it is prepared.
   *
   * @returns what is to be called once that is stored
   */
  spend(atomic: Deno.AtomicOperation, entries: readonly (readonly LogEvent[])[]): () => void {
    const greatest = new Map<string, string>();
    const opaque = new Map<string, FiledReceipt[]>();
    for (const { facts: { userId, txnId, id, seq, ts } } of entries.flat()) {
      if (txnId === undefined) continue;
      if (!isTimeOrdered(txnId)) {
        const receipts = opaque.get(userId);
        if (receipts === undefined) opaque.set(userId, [{ txnId, id, seq, ts }]);
        else receipts.push({ txnId, id, seq, ts });
      } else if (txnId > (greatest.get(userId) ?? this.#greatest.get(userId) ?? "")) {
        greatest.set(userId, txnId);
      }
    }
    const { roomId } = this;
    for (const [userId, txnId] of greatest) atomic.set(keys.greatestTxn(roomId, userId), txnId);
    const files = [...opaque].flatMap(([userId, receipts]) => filesOf(userId, receipts));
    for (const { userId, seq, receipts } of files) {
      atomic.set(keys.receiptFile(roomId, userId, seq), receipts);
    }
    return () => {
      for (const [userId, txnId] of greatest) this.#greatest.set(userId, txnId);
      for (const { userId, seq, receipts } of files) {
        const ids = this.#opaque.get(userId);
        for (const { txnId } of receipts) ids?.add(txnId, seq);
      }
    };
  }

  #load(): Promise<void> {
    this.#loading ??= this.#readGreatest().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #readGreatest(): Promise<void> {
    const prefix = keys.greatestTxns(this.roomId);
    for await (const { key, value } of this.kv.list<string>({ prefix })) {
      this.#greatest.set(String(key[2]), value);
    }
    this.#loaded = true;
  }
}

/** A user's receipts, oldest first, in files by the `seq` of the first. */
function filesOf(userId: string, receipts: readonly FiledReceipt[]) {
  const files: { userId: string; seq: number; receipts: FiledReceipt[] }[] = [];
  for (let start = 0; start < receipts.length; start += FILE_RECEIPTS) {
    const file = receipts.slice(start, start + FILE_RECEIPTS);
    files.push({ userId, seq: file[0]?.seq ?? 0, receipts: file });
  }
  return files;
}
