/** What a room's events come to, by docs/protocol.md alone: the newest messages, as they are now. */
import type { Change, LogFrame, Message, Reaction } from "./frames.ts";

/** The messages of one room. */
export class Fold {
  /** By id, oldest first. */
  readonly #messages = new Map<string, Message>();

  /** @param keep how many messages it holds at most */
  constructor(private readonly keep = Infinity) {}

  /** A message as it is now. */
  get(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** All that is held, oldest first. */
  list(): Message[] {
    return [...this.#messages.values()];
  }

  /** Forgets all and holds these. */
  replace(messages: readonly Message[]): void {
    this.#messages.clear();
    for (const message of messages) this.#add(message);
  }

  /** The next event. Gives false when it changed nothing of what is held. */
  apply(frame: LogFrame): boolean {
    if (frame.type === "message") {
      this.#add(frame.message);
      return true;
    }
    const before = this.#messages.get(frame.id);
    const after = before && changed(before, frame);
    if (after === undefined || after === before) return false;
    this.#messages.set(frame.id, after);
    return true;
  }

  #add(message: Message): void {
    this.#messages.set(message.id, message);
    if (this.#messages.size <= this.keep) return;
    const [oldest = ""] = this.#messages.keys();
    this.#messages.delete(oldest);
  }
}

/** A message after a change; the very same one when that makes no difference. */
function changed(message: Message, change: Change): Message {
  if (message.deleted) return message;
  switch (change.type) {
    case "message_edited":
      return { ...message, text: change.text ?? "", editedAt: change.ts };
    case "message_deleted":
      return { ...message, text: "", deleted: true, editedAt: undefined, reactions: undefined };
    case "reaction":
      return reacted(message, change);
  }
}

function reacted(message: Message, { emoji = "", userId, sender, remove }: Change): Message {
  const all = new Map(message.reactions?.map((each) => [each.emoji, each.users]));
  const users = all.get(emoji) ?? [];
  const there = users.some(({ id }) => id === userId);
  if (there !== (remove ?? false)) return message;
  if (!remove) all.set(emoji, [...users, { id: userId, name: sender }]);
  else if (users.length > 1) all.set(emoji, users.filter(({ id }) => id !== userId));
  else all.delete(emoji);
  const reactions = [...all].map(([emoji, users]): Reaction => ({ emoji, users: sorted(users) }));
  return { ...message, reactions: all.size === 0 ? undefined : sorted(reactions) };
}

/** By their ids or emoji, as code units. */
function sorted<Item extends { id: string } | { emoji: string }>(items: readonly Item[]): Item[] {
  const key = (item: Item) => "emoji" in item ? item.emoji : item.id;
  return items.toSorted((a, b) => key(a) < key(b) ? -1 : 1);
}
