import type { Message } from "@/lib/protocol/server_frames.ts";

/** What people put on a message: a button each, pressed for those that are one's own, too. */
export function Reactions(
  { message: { id, reactions = [] }, selfId, react }: {
    message: Message;
    selfId: string;
    react(id: string, emoji: string, remove: boolean): void;
  },
) {
  return (
    <ul class="reactions" aria-label="Reactions">
      {reactions.map(({ emoji, users }) => {
        const own = users.some((user) => user.id === selfId);
        const who = users.map((user) => user.id === selfId ? "you" : user.name).join(", ");
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              aria-pressed={own}
              aria-label={`${emoji} ${users.length}: ${who}`}
              title={who}
              onClick={() => react(id, emoji, own)}
            >
              <span aria-hidden="true">{emoji}</span> {users.length}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
