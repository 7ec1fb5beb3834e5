/** What stands in a room's log, row by row: messages, and what divides them. */
import type { Pending, RoomState } from "@/lib/client/room_state.ts";
import type { Message, User } from "@/lib/protocol/server_frames.ts";
import { dayNumber, type Zone } from "./dates.ts";

/** One message, wherever it is on its way. */
export interface MessageRow {
  readonly kind: "message";
  /** Stays the same while a message goes from sending to sent. */
  readonly key: string;
  readonly from: User;
  readonly own: boolean;
  readonly text: string;
  readonly ts: number;
  readonly status: Pending["status"];
  /** For a failed one: which, and why. */
  readonly pending?: Pending;
  /** What the log has of it; undefined for one that is not there yet. */
  readonly message?: Message;
  /** What it answers, as far as that is known here. */
  readonly quote?: Quote;
  /** The first of several by the same person. */
  readonly opens: boolean;
}

/** The message that another one answers. */
export interface Quote {
  /** Undefined when it is older than what is loaded. */
  readonly by?: string;
  readonly text: string;
}

/** A row of the log. */
export type LogRow =
  | MessageRow
  | { readonly kind: "day"; readonly key: string; readonly ts: number }
  | { readonly kind: "unread"; readonly key: "unread" };

/** Stands in the place of a text that is gone. */
const DELETED = "This message was deleted.";
/** Messages of one person this close together stand together. */
const TOGETHER_MS = 5 * 60_000;

/**
 * The rows of a log, oldest first.
 *
 * @param unreadAfter the last `seq` that was read before; null for no divider
 */
export function logRows(state: RoomState, unreadAfter: number | null, zone: Zone): LogRow[] {
  const rows: LogRow[] = [];
  const byId = new Map(state.messages.map((message) => [message.id, message]));
  let last: MessageRow | undefined;

  function push(row: Omit<MessageRow, "kind" | "opens">): void {
    if (last === undefined || dayNumber(last.ts, zone) !== dayNumber(row.ts, zone)) {
      rows.push({ kind: "day", key: `day before ${row.key}`, ts: row.ts });
    }
    const follows = rows.at(-1) === last && last?.from.id === row.from.id &&
      row.ts - last.ts < TOGETHER_MS;
    last = { ...row, kind: "message", opens: !follows };
    rows.push(last);
  }

  function quote(replyTo: string | undefined): Quote | undefined {
    if (replyTo === undefined) return undefined;
    const message = byId.get(replyTo);
    if (message === undefined) return { text: "An older message" };
    return { by: nameOf(state, message), text: message.deleted ? DELETED : message.text };
  }

  let unreadShown = unreadAfter === null;
  for (const message of state.messages) {
    const { id, seq, userId, sender, ts, txnId, replyTo } = message;
    const own = userId === state.self.id;
    if (!unreadShown && seq > (unreadAfter ?? 0) && !own) {
      rows.push({ kind: "unread", key: "unread" });
      unreadShown = true;
    }
    const key = own && txnId ? txnId : id;
    push({
      key,
      from: { ...state.people[userId], id: userId, name: sender },
      own,
      text: message.deleted ? DELETED : message.text,
      ts,
      status: "sent",
      message,
      quote: quote(replyTo),
    });
  }
  for (const pending of state.pending) {
    const { txnId: key, text, createdAt, status, replyTo } = pending;
    // The author's clock may be slow; its message still comes after what is there.
    const ts = Math.max(createdAt, last?.ts ?? 0);
    push({ key, from: state.self, own: true, text, ts, status, pending, quote: quote(replyTo) });
  }
  return rows;
}

/** What the author of a message is called here. */
export function nameOf({ people, self }: RoomState, { userId, sender }: Message): string {
  if (userId === self.id) return "you";
  return people[userId]?.nickname ?? sender;
}
