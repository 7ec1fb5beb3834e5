/** How events change the messages that they are about: the same for the server and its clients. */
import type { ChangeFrame, Message, Reaction } from "./server_frames.ts";

/**
 * A message after a change of it. Changes that are applied again, in order, change nothing: so a
 * reader need not know which of the newest ones a message shows already.
 */
export function withChange(message: Message, frame: ChangeFrame): Message {
  if (message.deleted) return message;
  switch (frame.type) {
    case "message_edited":
      return { ...message, text: frame.text, editedAt: frame.ts };
    case "message_deleted": {
      const { editedAt: _, reactions: __, ...rest } = message;
      return { ...rest, text: "", deleted: true };
    }
    case "reaction": {
      const reactions = reacted(message.reactions ?? [], frame);
      const { reactions: _, ...rest } = message;
      return reactions.length === 0 ? rest : { ...rest, reactions };
    }
  }
}

/** Whether somebody has reacted to a message with that emoji. */
export function hasReacted({ reactions = [] }: Message, emoji: string, userId: string): boolean {
  return reactions.some((each) =>
    each.emoji === emoji && each.users.some(({ id }) => id === userId)
  );
}

/**
 * In an order that does not depend on the way to it: some changes are heard again, and the archive
 * reads the last one of each person and emoji alone.
 */
function reacted(
  reactions: readonly Reaction[],
  { emoji, userId, sender, remove }: ChangeFrame & { type: "reaction" },
): Reaction[] {
  const known = reactions.find((each) => each.emoji === emoji)?.users ?? [];
  if (!remove && known.some(({ id }) => id === userId)) return [...reactions];
  const others = known.filter(({ id }) => id !== userId);
  const users = remove ? others : [...others, { id: userId, name: sender }].sort(by("id"));
  const rest = reactions.filter((each) => each.emoji !== emoji);
  return users.length === 0 ? rest : [...rest, { emoji, users }].sort(by("emoji"));
}

/** Compares by code units: the same everywhere, whatever the language. */
function by<Key extends string>(key: Key) {
  return (a: Record<Key, string>, b: Record<Key, string>) => a[key] < b[key] ? -1 : 1;
}
