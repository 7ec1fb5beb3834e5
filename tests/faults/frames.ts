/** What clients send and hear, as docs/protocol.md has it: nothing here is shared with the server. */

/** A message as clients get it. */
export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly roomId: number;
  readonly userId: string;
  readonly sender: string;
  readonly text: string;
  readonly ts: number;
  readonly txnId?: string;
  readonly editedAt?: number;
  readonly deleted?: true;
  readonly reactions?: readonly Reaction[];
}

/** An emoji on a message, and whose. */
export interface Reaction {
  readonly emoji: string;
  readonly users: readonly { readonly id: string; readonly name: string }[];
}

/** A change of a message, as clients get it. */
export interface Change {
  readonly type: "message_edited" | "message_deleted" | "reaction";
  readonly roomId: number;
  readonly seq: number;
  /** Of the message. */
  readonly id: string;
  readonly userId: string;
  readonly sender: string;
  readonly ts: number;
  readonly txnId?: string;
  readonly text?: string;
  readonly emoji?: string;
  readonly remove?: true;
}

/** Any event of a room's log. */
export type LogFrame =
  | { readonly type: "message"; readonly roomId: number; readonly message: Message }
  | Change;

/** What somebody does, as a client sends it. */
export type Act =
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "edit"; readonly id: string; readonly text: string }
  | { readonly type: "delete"; readonly id: string }
  | {
    readonly type: "react";
    readonly id: string;
    readonly emoji: string;
    readonly remove?: true;
  };

/** What somebody does, and where. */
export type Draft = Act & { readonly roomId: number; readonly sender: string };

/** What an `ack` says: `id` is the message's, `seq` the event's. */
export type Ack = Pick<Message, "roomId" | "id" | "seq" | "ts">;

/** What all events have in common. */
export function factsOf(frame: LogFrame): Omit<Message, "text"> {
  return frame.type === "message" ? frame.message : frame;
}

/** Whether an event had a text that was taken out, because its message was deleted. */
export function isScrubbed(frame: LogFrame): boolean {
  if (frame.type === "message") return frame.message.deleted === true;
  return frame.type === "message_edited" && frame.text === "";
}

/** Whether an event says what somebody wrote. */
export function hasText(frame: LogFrame): boolean {
  return (frame.type === "message" || frame.type === "message_edited") && !isScrubbed(frame);
}

/** The event that a draft becomes when it is stored. */
export function frameOf(draft: Draft, facts: Omit<Message, "text">): LogFrame {
  const { id, seq, roomId, userId, sender, ts, txnId } = facts;
  if (draft.type === "message") {
    const { text } = draft;
    return {
      type: "message",
      roomId,
      message: { id, seq, roomId, userId, sender, text, ts, txnId },
    };
  }
  const common = { roomId, seq, id: draft.id, userId, sender, ts, txnId };
  switch (draft.type) {
    case "edit":
      return { type: "message_edited", ...common, text: draft.text };
    case "delete":
      return { type: "message_deleted", ...common };
    case "react":
      return { type: "reaction", ...common, emoji: draft.emoji, remove: draft.remove };
  }
}
