import Chat from "@/islands/Chat.tsx";
import Sidebar from "@/islands/Sidebar.tsx";
import type { Home } from "@/lib/pages.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";
import { Logo } from "./Logo.tsx";
import { PersonName } from "./PersonName.tsx";

/** What a room's page shows. */
export interface RoomPageProps {
  readonly snapshot: RoomSnapshot;
  readonly overview: Home;
  /** The server's time, Unix milliseconds. */
  readonly now: number;
}

/** A room, beside the way to the others. */
export function RoomPage({ snapshot, overview, now }: RoomPageProps) {
  const { self, room } = snapshot;
  return (
    <div class="shell">
      <nav class="sidebar" aria-label="Rooms">
        <a class="sidebar-home" href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        <div class="sidebar-rooms">
          <Sidebar first={overview} userId={self.id} current={room.id} />
        </div>
        <a class="sidebar-link" href={`/search?roomId=${room.id}`}>
          <Icon name="search" />
          Search
        </a>
        <a class="sidebar-self" href="/profile">
          <Avatar user={self} size="small" />
          <span>
            <PersonName user={self} />
            <span class="sr-only">, your profile</span>
          </span>
        </a>
      </nav>
      <Chat snapshot={snapshot} now={now} />
      <noscript>
        <p class="no-script">This page can be read as it is. Writing needs JavaScript.</p>
      </noscript>
    </div>
  );
}
