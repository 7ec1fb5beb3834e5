import type { User } from "@/lib/protocol/server_frames.ts";
import { hueOf, initialsOf } from "./avatar_look.ts";

/**
 * Somebody's initials on their colour, or on none while they are `away`.
 * Decoration: the name stands beside it as text.
 */
export function Avatar(
  { user, size, away }: {
    user: Pick<User, "name"> & Partial<User>;
    size?: "small";
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
      {initialsOf(user.name)}
    </span>
  );
}
