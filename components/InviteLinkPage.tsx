import type { RoomInfo } from "@/lib/protocol/server_frames.ts";
import { Logo } from "./Logo.tsx";

/** A link to give to people, made just now. */
export function InviteLinkPage({ room, link }: { room: RoomInfo; link: string }) {
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
      </header>
      <main id="main" class="home-hero">
        <h1>Invite people to {room.name}.</h1>
        <p>Whoever opens this link may join. It is good for 25 people and 7 days.</p>
        <div class="account-form">
          <p class="account-field">
            <label for="invite-link">The link</label>
            <input id="invite-link" type="url" readOnly value={link} />
          </p>
          <a class="button main" href={`/rooms/${room.id}`}>Back to {room.name}</a>
        </div>
      </main>
    </div>
  );
}
