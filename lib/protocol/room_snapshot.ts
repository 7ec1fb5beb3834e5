/** A room at one moment: what its page brings, and what a client goes on from. */
import type { Message, RoomInfo, User } from "./server_frames.ts";

/** See the file's first line. */
export interface RoomSnapshot {
  readonly room: RoomInfo;
  readonly self: User;
  /** Who is online in the room. */
  readonly members: readonly User[];
  /** How others are shown who wrote in `history`, or whose 1:1 room it is. */
  readonly people?: readonly User[];
  /** Highest `seq`; `history` reaches up to it. */
  readonly head: number;
  readonly epoch: string;
  readonly readSeq: number;
  /** Oldest first. */
  readonly history: readonly Message[];
  /** True when older messages exist. */
  readonly more: boolean;
}
