/** The way to the other rooms, beside an open one. */
import { RoomList } from "@/components/RoomList.tsx";
import { useHome } from "@/components/use_home.ts";
import type { Home } from "@/lib/pages.ts";

/** What the room's page brings. */
export interface SidebarProps {
  readonly first: Home;
  readonly userId: string;
  readonly current: number;
}

export default function Sidebar({ first, userId, current }: SidebarProps) {
  const { home: { groups, directs }, unsent } = useHome(first, userId, "/api/rooms?own=true");
  const shared = { unsent, userId, current };
  return (
    <>
      <h2>Groups</h2>
      <RoomList rooms={groups} {...shared} />
      {directs.length > 0 && (
        <>
          <h2>People</h2>
          <RoomList rooms={directs} {...shared} />
        </>
      )}
    </>
  );
}
