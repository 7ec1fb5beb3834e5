/** The opaque `txnId`s of one user in one room whose events have left the journal. */
import { crc32 } from "node:zlib";
import type { Receipt } from "../protocol/event.ts";
import * as keys from "./keys.ts";

/** A receipt that is filed with others. */
export interface FiledReceipt extends Receipt {
  readonly txnId: string;
}

/** Stands for a receipt that has a key of its own, as all had once. */
const FILED_ALONE = 0;

/**
 * Knows of each id in which file its receipt is, or that it was never spent, which is what most
 * messages ask. It is loaded when the user's first message comes, while trims go on: what is spent
 * is only ever added to.
 */
export class OpaqueIds {
  /** By checksum, the files in which the receipt may be. */
  readonly #files = new Map<number, number[]>();
  #loading: Promise<void> | undefined;
  #loaded = false;

  constructor(
    private readonly kv: Deno.Kv,
    private readonly roomId: number,
    private readonly userId: string,
  ) {}

  /** Adds an id whose receipt is in that file. */
  add(txnId: string, file: number): void {
    const sum = crc32(txnId);
    const files = this.#files.get(sum);
    if (files === undefined) this.#files.set(sum, [file]);
    else if (!files.includes(file)) files.push(file);
  }

  /** True when the id was never spent; false when that is not known without waiting. */
  lacks(txnId: string): boolean {
    return this.#loaded && !this.#files.has(crc32(txnId));
  }

  /** The receipt of a spent id. */
  async receipt(txnId: string): Promise<Receipt | undefined> {
    await this.#load();
    for (const file of this.#files.get(crc32(txnId)) ?? []) {
      const found = await this.#read(txnId, file);
      if (found !== undefined) return { id: found.id, seq: found.seq, ts: found.ts };
    }
    return undefined;
  }

  /** Reads which ids were spent before, once. */
  #load(): Promise<void> {
    this.#loading ??= this.#readAll().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #readAll(): Promise<void> {
    const files = keys.receiptFiles(this.roomId, this.userId);
    for await (const { key, value } of this.kv.list<FiledReceipt[]>({ prefix: files })) {
      for (const { txnId } of value) this.add(txnId, Number(key.at(-1)));
    }
    const alone = keys.receipts(this.roomId, this.userId);
    for await (const { key } of this.kv.list({ prefix: alone })) {
      this.add(String(key.at(-1)), FILED_ALONE);
    }
    this.#loaded = true;
  }

  async #read(txnId: string, file: number): Promise<Receipt | undefined> {
    const { kv, roomId, userId } = this;
    if (file === FILED_ALONE) {
      return (await kv.get<Receipt>(keys.receipt(roomId, userId, txnId))).value ?? undefined;
    }
    const { value } = await kv.get<FiledReceipt[]>(keys.receiptFile(roomId, userId, file));
    return value?.find((receipt) => receipt.txnId === txnId);
  }
}
