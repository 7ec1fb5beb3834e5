/** What the page about a room is given. */
import type { Invite } from "@/lib/directory/invites.ts";
import type { Webhook } from "@/lib/directory/webhooks.ts";
import type { Member } from "@/lib/membership.ts";
import type { Notify, RoomInfo, User } from "@/lib/protocol/server_frames.ts";
import type { Fault } from "./ActForm.tsx";

/** What the page about a room shows. */
export interface RoomSettingsProps {
  readonly room: RoomInfo;
  readonly self: User;
  readonly notify: Notify;
  readonly members: readonly Member[];
  readonly banned: readonly User[];
  readonly invites: readonly Invite[];
  readonly webhooks: readonly Webhook[];
  /** The address of a webhook that was made just now. */
  readonly newHook?: string;
  /** Whether whoever looks may keep order, and whether they may delete the group. */
  readonly may: { readonly moderate: boolean; readonly own: boolean };
  /** Where the site is, for links to give away. */
  readonly origin: string;
  /** What could not be done, and why. */
  readonly fault?: Fault;
}

/** The address of the page about a room. */
export function settingsOf({ id }: RoomInfo): string {
  return `/rooms/${id}/settings`;
}
