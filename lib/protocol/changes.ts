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

function reacted(
  reactions: readonly Reaction[],
  { emoji, userId, sender, remove }: ChangeFrame & { type: "reaction" },
): Reaction[] {
  const known = reactions.find((each) => each.emoji === emoji)?.users ?? [];
  const there = known.some(({ id }) => id === userId);
  if (remove) {
    const users = known.filter(({ id }) => id !== userId);
    return reactions.map((each) => each.emoji === emoji ? { emoji, users } : each)
      .filter(({ users }) => users.length > 0);
  }
  if (there) return [...reactions];
  const users = [...known, { id: userId, name: sender }];
  if (known.length === 0) return [...reactions, { emoji, users }];
  return reactions.map((each) => each.emoji === emoji ? { emoji, users } : each);
}
