/** The audit log: what those with power over others did. Kept in Deno KV, for good. */
import { v7 as uuidv7 } from "uuid";
import type { User } from "../protocol/server_frames.ts";
import { asName } from "./profile.ts";

/** What is noted. */
export type Act =
  | "account.deactivated"
  | "account.reactivated"
  | "account.made_administrator"
  | "registration.closed"
  | "registration.opened"
  | "room.deleted"
  | "room.banned"
  | "room.removed"
  | "message.deleted";

/** One act. */
export interface AuditEntry {
  /** UUIDv7: grows with time. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: User;
  readonly act: Act;
  /** Whom or what it was done to, in words. */
  readonly subject: string;
}

const auditKey: Deno.KvKey = ["audit"];

/** Entries are only ever added. */
export class AuditLog {
  constructor(private readonly kv: Deno.Kv, private readonly now: () => number = Date.now) {}

  /** Notes an act that was done. */
  async record(by: User, act: Act, subject: string): Promise<void> {
    const entry: AuditEntry = { id: uuidv7(), at: this.now(), by: asName(by), act, subject };
    await this.kv.set([...auditKey, entry.id], entry);
  }

  /** The newest `limit` entries, of those before `before`; newest first. */
  async page({ before, limit }: { before?: string; limit: number }): Promise<AuditEntry[]> {
    const selector: Deno.KvListSelector = before === undefined
      ? { prefix: auditKey }
      : { prefix: auditKey, end: [...auditKey, before] };
    const list = this.kv.list<AuditEntry>(selector, { limit, reverse: true });
    return (await Array.fromAsync(list)).map(({ value }) => value);
  }
}
