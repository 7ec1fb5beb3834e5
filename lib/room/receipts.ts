/** Idempotency: which `txnId`s a room has seen, and what became of them. */
import type { LogEvent, Receipt } from "../protocol/event.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { isTimeOrdered, type Journal } from "../journal/journal.ts";

/** Finds the receipt of an archived event. Rejects while the archive cannot be reached. */
export interface ArchivedReceipts {
  receipt(roomId: number, userId: string, txnId: string): Promise<Receipt | undefined>;
}

/**
 * The receipts of one room. Those of events in the journal are in memory. Of older ones,
 * - an opaque id has a key of its own in the journal, for ever, and a filter of these in memory
 *   tells of most that they are new;
 * - a time-ordered id (UUIDv7) costs nothing: one greater than all that its user ever had trimmed
 *   is new, and only one that is not (a late retry) is looked for in the archive.
 */
export class Receipts {
  readonly #recent = new Map<string, Receipt>();

  constructor(
    private readonly roomId: number,
    /** Whether the archive has events that this journal never had: then it must always be asked. */
    private readonly inherits: boolean,
    private readonly journal: Journal,
    private readonly archive: ArchivedReceipts,
  ) {}

  /** The receipt of an event that is still in the journal. */
  recent(userId: string, txnId: string): Receipt | undefined {
    return this.#recent.get(`${userId} ${txnId}`);
  }

  /** Remembers an event that went into the journal. */
  add({ facts: { userId, txnId, id, seq, ts } }: LogEvent): void {
    if (txnId !== undefined) this.#recent.set(`${userId} ${txnId}`, { id, seq, ts });
  }

  /** Forgets an event that left the journal, which remembers what `older` needs. */
  drop({ facts: { userId, txnId } }: LogEvent): void {
    this.#recent.delete(`${userId} ${txnId}`);
  }

  /** True when the id was never used before, as far as that can be told without waiting. */
  isNew(userId: string, txnId: string): boolean {
    if (this.inherits) return false;
    if (!isTimeOrdered(txnId)) return this.journal.isUnused(this.roomId, userId, txnId);
    const greatest = this.journal.greatestTxn(this.roomId, userId);
    return typeof greatest === "string" && txnId > greatest;
  }

  /**
   * The receipt of an event that left the journal.
   *
   * @throws {ProtocolError} `overloaded` when that can't be known now
   */
  async older(userId: string, txnId: string): Promise<Receipt | undefined> {
    if (!isTimeOrdered(txnId)) {
      const receipt = await this.journal.receipt(this.roomId, userId, txnId);
      if (receipt !== undefined || !this.inherits) return receipt;
    } else if (!this.inherits) {
      if (txnId > await this.journal.greatestTxn(this.roomId, userId)) return undefined;
    }
    try {
      return await this.archive.receipt(this.roomId, userId, txnId);
    } catch {
      throw new ProtocolError(
        "overloaded",
        "Whether this was sent before can't be checked now. Try again soon.",
      );
    }
  }
}
