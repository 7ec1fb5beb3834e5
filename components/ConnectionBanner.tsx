import type { Link, Problem, RoomState } from "@/lib/client/room_state.ts";

const KEPT = "Messages are kept and sent when";

const LINKS: Record<Link, string> = {
  connecting: "Connecting…",
  online: "",
  reconnecting: `Reconnecting… ${KEPT} the connection is back.`,
  offline: `You’re offline. ${KEPT} you’re back.`,
  closed: "",
};

const PROBLEMS: Record<Problem, { text: string; action: string }> = {
  signed_out: { text: "You have no name here any more.", action: "Choose a name" },
  other_identity: { text: "You go by another name now.", action: "Reload" },
  room_gone: { text: "This room is gone.", action: "Back to all rooms" },
  left: { text: "You left this group.", action: "Back to all rooms" },
  removed: { text: "You were removed from this group.", action: "Back to all rooms" },
  banned: { text: "You were banned from this group.", action: "Back to all rooms" },
  deleted: { text: "This group was deleted.", action: "Back to all rooms" },
};

/** Says how the line is, whenever it is not simply good; screen readers hear it as it changes. */
export function ConnectionBanner({ state: { link, problem, room } }: { state: RoomState }) {
  const here = `/rooms/${room.id}`;
  const targets: Partial<Record<Problem, string>> = {
    signed_out: `/?next=${here}`,
    other_identity: here,
  };
  const text = problem ? PROBLEMS[problem].text : LINKS[link];
  return (
    <div class="connection" role="status" data-link={link} data-problem={problem ?? undefined}>
      {link === "online" && <span class="sr-only">Connected.</span>}
      {text && (
        <p key={text}>
          {text}
          {problem && <a href={targets[problem] ?? "/"}>{PROBLEMS[problem].action}</a>}
        </p>
      )}
    </div>
  );
}
