import type { User } from "@/lib/protocol/server_frames.ts";

/** What somebody is called. Others may be called the same: {@link PersonName} tells them apart. */
export function calledName({ name, nickname }: Pick<User, "name" | "nickname">): string {
  return nickname ?? name;
}

/** What somebody is called, beside it the name that is theirs alone, and whether it is a bot. */
export function PersonName({ user }: { user: Pick<User, "name" | "nickname" | "ownerId"> }) {
  const { name, nickname, ownerId } = user;
  return (
    <>
      {nickname === undefined ? name : (
        <>
          <bdi>{nickname}</bdi> <span class="own-name" title={name}>{name}</span>
        </>
      )}
      {ownerId !== undefined && (
        <>
          {" "}
          <span class="role">bot</span>
        </>
      )}
    </>
  );
}
