import type { Person } from "@/lib/directory/profile.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { Avatar } from "./Avatar.tsx";
import { calledName, PersonName } from "./PersonName.tsx";

/** Who is in the room now; each but oneself can be written to. */
export function Members({ members, self }: { members: readonly Person[]; self: User }) {
  const sorted = [...members].sort((a, b) => calledName(a).localeCompare(calledName(b)));
  return (
    <ul class="people">
      {sorted.map((user) => (
        <li key={user.id}>
          {user.id === self.id
            ? (
              <span class="person">
                <Avatar user={user} size="small" />
                <Called user={user} />
                <span class="person-note">you</span>
              </span>
            )
            : <PersonButton user={user} />}
        </li>
      ))}
    </ul>
  );
}

/** Opens the 1:1 room with somebody; an ordinary form, so it needs no script. */
export function PersonButton({ user }: { user: Person }) {
  return (
    <form method="post" action="/direct">
      <input type="hidden" name="username" value={user.name} />
      <button type="submit" class="person">
        <Avatar user={user} size="small" />
        <Called user={user} />
        <span class="person-note" aria-hidden="true">write</span>
        <span class="sr-only">: write to them alone</span>
      </button>
    </form>
  );
}

function Called({ user }: { user: Person }) {
  return (
    <span class="person-name">
      <PersonName user={user} />
      {user.statusText && <span class="person-status">{user.statusText}</span>}
      {user.tags && <span class="person-status">{user.tags.join(" · ")}</span>}
    </span>
  );
}
