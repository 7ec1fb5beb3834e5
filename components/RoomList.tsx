import type { RoomSummary } from "@/lib/pages.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./PersonName.tsx";

/** Rooms to enter, with who is there. */
export interface RoomListProps {
  readonly rooms: readonly RoomSummary[];
  /** The room that is open now. */
  readonly current?: number;
  /** Room id → messages that could not be sent yet. */
  readonly unsent: ReadonlyMap<number, number>;
  /** Whoever looks: not shown among those who are there. */
  readonly userId: string | null;
}

/** See {@link RoomListProps}. */
export function RoomList({ rooms, current, unsent, userId }: RoomListProps) {
  return (
    <ul class="rooms">
      {rooms.map((room) => (
        <li key={room.id}>
          <a href={`/rooms/${room.id}`} aria-current={room.id === current ? "page" : undefined}>
            <RoomMark room={room} />
            <span class="rooms-name">
              {room.other ? <PersonName user={room.other} /> : room.name}
            </span>
            {room.id !== current && <Unread room={room} />}
            <Unsent count={unsent.get(room.id) ?? 0} />
            <Presence room={room} userId={userId} />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A group has a sign, a person their avatar. */
function RoomMark({ room: { online, other } }: { room: RoomSummary }) {
  if (other === undefined) return <span class="rooms-sign" aria-hidden="true">#</span>;
  const here = online.some(({ id }) => id === other.id);
  return <Avatar user={other} away={!here} size="small" />;
}

interface Shown {
  readonly room: RoomSummary;
  readonly userId: string | null;
}

function Presence({ room: { kind, online, onlineCount }, userId }: Shown) {
  const others = online.filter(({ id }) => id !== userId);
  if (kind === "direct") {
    return others.length > 0 ? <span class="presence" data-live="">online</span> : null;
  }
  if (onlineCount === 0) return null;
  return (
    <span class="rooms-online">
      <span class="rooms-faces">
        {others.slice(0, 3).map((user) => <Avatar key={user.id} user={user} size="small" />)}
      </span>
      <span class="presence" data-live="">
        <span>
          {onlineCount}
          <span class="presence-word">&nbsp;online</span>
        </span>
      </span>
    </span>
  );
}

/** As much of what waits as one wants to be told. */
function Unread({ room: { unread, mentions, notify } }: { room: RoomSummary }) {
  const count = { all: unread, mentions, none: 0 }[notify];
  if (count === 0) return null;
  return (
    <span class="rooms-unread" data-mentioned={mentions > 0 ? "" : undefined}>
      {mentions > 0 && <span aria-hidden="true">@</span>}
      {count > 99 ? "99+" : count}
      <span class="sr-only">&nbsp;unread{mentions > 0 ? `, ${mentions} for you` : ""}</span>
    </span>
  );
}

function Unsent({ count }: { count: number }) {
  if (count === 0) return null;
  return <span class="rooms-unsent">{count} unsent</span>;
}
