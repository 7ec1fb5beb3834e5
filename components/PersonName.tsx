import type { User } from "@/lib/protocol/server_frames.ts";

/** What somebody is called. Others may be called the same: {@link PersonName} tells them apart. */
export function calledName({ name, nickname }: Pick<User, "name" | "nickname">): string {
  return nickname ?? name;
}

/** What somebody is called, and beside it the name that is theirs alone. */
export function PersonName({ user }: { user: Pick<User, "name" | "nickname"> }) {
  if (user.nickname === undefined) return <>{user.name}</>;
  return (
    <>
      <bdi>{user.nickname}</bdi> <span class="own-name" title={user.name}>{user.name}</span>
    </>
  );
}
