import { otherOf, type RoomState } from "@/lib/client/room_state.ts";
import { Icon } from "./Icon.tsx";
import { PersonName } from "./PersonName.tsx";

/** The room's name, who is there, and the ways out. */
export function RoomHeader(
  { state, showMembers, leave }: {
    state: RoomState;
    showMembers: () => void;
    leave: () => void;
  },
) {
  const { room, members, self, link } = state;
  const accompanied = members.some(({ id }) => id !== self.id);
  // Of a conversation between two the dot is the other one's.
  const lit = link === "online" && (room.kind === "group" || accompanied);
  const other = otherOf(state);
  return (
    <header class="room-header">
      <a class="button icon-only home-link" href="/" aria-label="All rooms">
        <Icon name="back" />
      </a>
      <div class="room-title">
        <h1>{other ? <PersonName user={other} /> : room.name}</h1>
        <p class="room-facts">
          <span class="presence" data-live={lit ? "" : undefined}>{presence()}</span>
          {room.topic && <span class="room-topic">{room.topic}</span>}
        </p>
      </div>
      {room.private && (
        <form method="post" action={`/rooms/${room.id}/invite`}>
          <button type="submit" class="button quiet invite">Invite</button>
        </form>
      )}
      <a
        class="button icon-only"
        href={`/rooms/${room.id}/settings`}
        aria-label="About this room, and settings"
      >
        <Icon name="settings" />
      </a>
      <button type="button" class="button icon-only members-button" onClick={showMembers}>
        <Icon name="people" />
        <span class="sr-only">Members</span>
      </button>
      {/* A form, so that it leads home without a script, too. */}
      <form
        action="/"
        onSubmit={(event) => {
          event.preventDefault();
          leave();
        }}
      >
        <button type="submit" class="button quiet leave">
          <Icon name="leave" />
          <span>Leave</span>
        </button>
      </form>
    </header>
  );

  function presence(): string {
    if (room.kind === "direct") return accompanied ? "Online" : "Not here now";
    return accompanied ? `${members.length} online` : "Only you are here";
  }
}
