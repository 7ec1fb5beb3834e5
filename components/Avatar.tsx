import type { User } from "@/lib/protocol/server_frames.ts";
import { hueOf, initialsOf } from "./avatar_look.ts";
import { calledName } from "./PersonName.tsx";

/**
 * Somebody's picture, over their initials on their colour; without colour while they are `away`.
 * Decoration: the name stands beside it as text.
 */
export function Avatar(
  { user, size, away }: {
    user: Pick<User, "name"> & Partial<User>;
    size?: "small" | "large";
    away?: boolean;
  },
) {
  return (
    <span
      class="avatar"
      data-hue={away ? "none" : hueOf(user.id ?? "")}
      data-size={size}
      aria-hidden="true"
    >
      {initialsOf(calledName(user))}
      {user.avatar && <img src={user.avatar} alt="" width="256" height="256" />}
    </span>
  );
}
