/** Frames that the server sends (PROTOCOL §2). Types only: a browser that imports this loads nothing. */
import type { ErrorCode } from "./errors.ts";

/** Someone who can be talked to. */
export interface User {
  /** UUIDv7, for ever the same person. */
  readonly id: string;
  /** Nobody else's. */
  readonly name: string;
  /** What they would like to be called; others may be called the same. */
  readonly nickname?: string;
  /** The path of their picture on this server. */
  readonly avatar?: string;
  /** What they are up to. */
  readonly statusText?: string;
  /** Of a program: the id of the person who answers for it. */
  readonly ownerId?: string;
}

/** A message as everyone sees it. */
export interface Message {
  /** UUIDv7. */
  readonly id: string;
  /** Place in the room's log: 1, 2, 3 … */
  readonly seq: number;
  readonly roomId: number;
  readonly userId: string;
  /** The sender's name when it was sent. */
  readonly sender: string;
  readonly text: string;
  /** Unix milliseconds; never decreases within a room. */
  readonly ts: number;
  /** The sender's own id for it, by which its other connections know it again. */
  readonly txnId?: string;
  /** The id of the message that this one answers. */
  readonly replyTo?: string;
  /** When its author last changed the text; Unix milliseconds. */
  readonly editedAt?: number;
  /** True for one that was deleted: its text is empty, and its place in the log stays. */
  readonly deleted?: true;
  /** In the order of the emoji's code units: the same for everyone. */
  readonly reactions?: readonly Reaction[];
}

/** An emoji on a message, and who put it there, in the order of their ids. */
export interface Reaction {
  readonly emoji: string;
  readonly users: readonly { readonly id: string; readonly name: string }[];
}

/** What somebody is in a room: an owner may do what an admin may, and an admin what a member may. */
export type Role = "owner" | "admin" | "member";

/** Of which messages in a room somebody wants to be told. */
export type Notify = "all" | "mentions" | "none";

/** A room as it is shown to those who may see it. */
export interface RoomInfo {
  readonly id: number;
  readonly kind: "group" | "direct";
  /** A group's name; for a direct room the name of the other person. */
  readonly name: string;
  /** What a group is about; empty or absent when nobody said. */
  readonly topic?: string;
  /** True for a group that its members alone know of. */
  readonly private?: true;
  /** True for a group that can only be read any more. */
  readonly archived?: boolean;
  /** What whoever asks is there; without one they may only see that it exists. */
  readonly role?: Role;
}

/** Durable: has a `seq`, is in everybody's log. */
export type MessageFrame = { type: "message"; roomId: number; message: Message };

/** What the changes of a message have in common. They are durable, too. */
interface Change {
  readonly roomId: number;
  readonly seq: number;
  /** Of the message. */
  readonly id: string;
  /** Who did it, and their name then. */
  readonly userId: string;
  readonly sender: string;
  /** Unix milliseconds. */
  readonly ts: number;
  readonly txnId?: string;
}

/** The author said it otherwise. The text is empty when the message was deleted since. */
export type MessageEditedFrame = Change & {
  readonly type: "message_edited";
  readonly text: string;
};
export type MessageDeletedFrame = Change & { readonly type: "message_deleted" };
/** Somebody put an emoji on a message, or took theirs away. */
export type ReactionFrame = Change & {
  readonly type: "reaction";
  readonly emoji: string;
  readonly remove?: true;
};

/** A durable event that changes an earlier message. */
export type ChangeFrame = MessageEditedFrame | MessageDeletedFrame | ReactionFrame;
/** Any durable event. */
export type LogFrame = MessageFrame | ChangeFrame;

/** Sent only after the event is on disk in the journal. */
export type AckFrame = {
  type: "ack";
  txnId?: string;
  roomId: number;
  id: string;
  seq: number;
  ts: number;
};

export type HelloFrame = { type: "hello"; clientId: string; user: User | null; txnId?: string };

export type JoinedFrame = {
  type: "joined";
  txnId?: string;
  roomId: number;
  room: RoomInfo;
  self: User;
  /** Who is online in the room now, self included. */
  members: User[];
  /** Highest `seq` of the room; 0 when nothing was said yet. */
  head: number;
  /** Names the log: `after` means something only together with the same epoch. */
  epoch: string;
  /** How far this user has read, on any device. */
  readSeq: number;
  /** True: exactly the events after `after` follow. False: `history` replaces what was held. */
  resumed: boolean;
  /** Oldest first; empty when `resumed`. */
  history: Message[];
};

export type ErrorFrame = {
  type: "error";
  code: ErrorCode;
  message: string;
  txnId?: string;
  roomId?: number;
  /** Milliseconds, for `rate_limited`. */
  retryAfter?: number;
};

export type MemberFrame = {
  type: "member_joined" | "member_left";
  roomId: number;
  user: User;
  clientId: string;
};

/** Somebody in the room is shown otherwise from now on: all that is known of them. */
export type UserUpdatedFrame = { type: "user_updated"; roomId: number; user: User };

export type TypingFrame = { type: "typing"; roomId: number; user: User };
/** What somebody says they are: not stored, and told to the rooms where they are. */
export type StatusFrame = {
  type: "status";
  roomId: number;
  user: User;
  status: "online" | "away" | "busy";
  text?: string;
};
export type ReadFrame = { type: "read"; roomId: number; seq: number };
export type ListFrame = { type: "list"; txnId?: string; roomId: number; members: User[] };
export type HistoryFrame = {
  type: "history";
  txnId?: string;
  roomId: number;
  /** Oldest first. */
  messages: Message[];
  /** True when older messages than these exist. */
  more: boolean;
  /** Who wrote these and tells more than a name, as they are shown now. */
  people?: User[];
};
export type LeftFrame = {
  type: "left";
  txnId?: string;
  roomId: number;
  /** Why, when it was not this client's own wish. */
  reason?: LeftReason;
};
/** How somebody's stay in a room ended without their asking on this connection. */
export type LeftReason = "left" | "removed" | "banned" | "deleted";
/** A group was changed, or what one is there: `room` holds its new state, by these fields. */
export type RoomUpdatedFrame = {
  type: "room_updated";
  roomId: number;
  room: { name: string; topic: string; archived: boolean; role?: Role };
};
export type PongFrame = { type: "pong"; txnId?: string };

/** Anything a server can say. */
export type ServerFrame =
  | HelloFrame
  | JoinedFrame
  | AckFrame
  | LogFrame
  | MemberFrame
  | UserUpdatedFrame
  | TypingFrame
  | StatusFrame
  | ReadFrame
  | ListFrame
  | HistoryFrame
  | LeftFrame
  | RoomUpdatedFrame
  | PongFrame
  | ErrorFrame;
