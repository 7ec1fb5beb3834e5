/** What somebody wants to happen in a room, and the event that it becomes. */
import { v7 as uuidv7 } from "uuid";
import { hasReacted } from "../protocol/changes.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { type LogEvent, logEvent, messageEvent } from "../protocol/event.ts";
import type { Message, User } from "../protocol/server_frames.ts";

interface Base {
  readonly user: User;
  readonly txnId?: string;
}

/** A new message. */
export interface MessageDraft extends Base {
  readonly type: "message";
  readonly text: string;
  readonly replyTo?: string;
}

interface BaseChange extends Base {
  /** Of the message. */
  readonly id: string;
}

/** A change of a message that is in the log. */
export type ChangeDraft =
  & BaseChange
  & (
    | { readonly type: "edit"; readonly text: string }
    | {
      readonly type: "delete";
      /** Whether the user may delete what others wrote. */
      readonly moderates: boolean;
    }
    | { readonly type: "react"; readonly emoji: string; readonly remove?: boolean }
  );

/** What someone wants to say or change. */
export type Draft = MessageDraft | ChangeDraft;

/** Where in the log an event shall stand. */
export interface Place {
  readonly roomId: number;
  readonly seq: number;
  /** Unix milliseconds. */
  readonly ts: number;
}

/** Different emoji on one message, at most. */
const MAX_EMOJI = 20;
/** Reactions to one message, at most: all of them travel with it. */
const MAX_REACTIONS = 1000;

/** The event of a new message. */
export function said({ user, text, txnId, replyTo }: MessageDraft, place: Place): LogEvent {
  const { roomId, seq, ts } = place;
  const { id: userId, name: sender } = user;
  return messageEvent({ id: uuidv7(), seq, roomId, userId, sender, text, ts, txnId, replyTo });
}

/**
 * The event of a change, or undefined when the message is like that already.
 *
 * @param message as it is now
 * @throws {ProtocolError} `not_found`, `forbidden`
 */
export function changed(
  draft: ChangeDraft,
  message: Message,
  { roomId, seq, ts }: Place,
): LogEvent | undefined {
  const { user, txnId, id } = draft;
  const common = { roomId, seq, id, userId: user.id, sender: user.name, ts, txnId };
  if (message.deleted) {
    // It is as they wish, whoever was first.
    if (draft.type === "delete" && mayDelete(draft, message)) return undefined;
    throw new ProtocolError("not_found", "That message was deleted.");
  }
  switch (draft.type) {
    case "edit":
      if (message.userId !== user.id) {
        throw new ProtocolError("forbidden", "Only who wrote a message can edit it.");
      }
      if (message.text === draft.text) return undefined;
      return logEvent({ type: "message_edited", ...common, text: draft.text });
    case "delete":
      if (!mayDelete(draft, message)) {
        throw new ProtocolError(
          "forbidden",
          "Only who wrote a message, or an admin, can delete it.",
        );
      }
      return logEvent({ type: "message_deleted", ...common });
    case "react": {
      const { emoji, remove } = draft;
      if (hasReacted(message, emoji, user.id) !== (remove ?? false)) return undefined;
      if (!remove) checkRoomFor(emoji, message);
      return logEvent({ type: "reaction", ...common, emoji, ...(remove && { remove }) });
    }
  }
}

/** There is no such message, as far as whoever asks may know. */
export function noMessage(): ProtocolError {
  return new ProtocolError("not_found", "There is no such message in this room.");
}

function mayDelete({ user, moderates }: ChangeDraft & { type: "delete" }, message: Message) {
  return message.userId === user.id || moderates;
}

function checkRoomFor(emoji: string, { reactions = [] }: Message): void {
  if (reactions.length >= MAX_EMOJI && !reactions.some((each) => each.emoji === emoji)) {
    throw new ProtocolError("forbidden", `A message has room for ${MAX_EMOJI} different emoji.`);
  }
  if (reactions.reduce((sum, { users }) => sum + users.length, 0) >= MAX_REACTIONS) {
    throw new ProtocolError("forbidden", `A message has room for ${MAX_REACTIONS} reactions.`);
  }
}
