import type { ComponentChildren } from "preact";
import type { RoomInfo } from "@/lib/protocol/server_frames.ts";
import type { Fault } from "./room_settings.ts";

/** A form that posts one act to this page. */
export function ActForm(
  { act, room, children, fault, ...rest }: {
    readonly act: string;
    readonly room: RoomInfo;
    readonly fault?: Fault;
    readonly class?: string;
    readonly children: ComponentChildren;
  },
) {
  return (
    <form method="post" action={`/rooms/${room.id}/settings`} {...rest}>
      <input type="hidden" name="act" value={act} />
      {children}
      {fault?.act === act && <p class="field-error" role="alert">{fault.message}</p>}
    </form>
  );
}
