import type { RoomState } from "@/lib/client/room_state.ts";
import { calledName } from "./PersonName.tsx";

/** Who is writing just now. It keeps its place when nobody is. */
export function TypingLine({ typing }: { typing: RoomState["typing"] }) {
  const names = typing.map(({ user }) => calledName(user));
  return (
    <p class="typing" data-active={names.length > 0 ? "" : undefined}>
      {names.length > 0 && (
        <>
          <span class="typing-dots" aria-hidden="true">
            <i /> <i /> <i />
          </span>
          {sentence(names)}
        </>
      )}
    </p>
  );
}

function sentence([first, second, ...more]: string[]): string {
  if (second === undefined) return `${first} is typing…`;
  if (more.length === 0) return `${first} and ${second} are typing…`;
  return "Several people are typing…";
}
