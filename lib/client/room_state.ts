/** What a client knows of one room, and how each frame changes it: pure functions, plain data. */
import { withChange } from "@/lib/protocol/changes.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import type {
  LeftReason,
  Message,
  RoomInfo,
  ServerFrame,
  User,
} from "@/lib/protocol/server_frames.ts";
import type { Unsent } from "./outbox.ts";

/** An own message that the log does not show yet. `sent`: acknowledged, its turn will come. */
export interface Pending extends Unsent {
  readonly status: "sending" | "sent" | "failed";
}

/** How the line is. Only `online` means joined and live. */
export type Link = "connecting" | "online" | "reconnecting" | "offline" | "closed";

/** What no retry can mend: the page says so, and the client has stopped. */
export type Problem = "signed_out" | "other_identity" | "room_gone" | LeftReason;

/** See the file's first line. */
export interface RoomState {
  readonly room: RoomInfo;
  readonly self: User;
  /** In `seq` order, without doubles, and without holes as far as they reach. */
  readonly messages: readonly Message[];
  /** Own messages that are not among `messages`, in the order of writing. */
  readonly pending: readonly Pending[];
  readonly members: readonly User[];
  /** How people are shown, by user id, as far as that was ever told: members, and some others. */
  readonly people: Readonly<Record<string, User>>;
  readonly typing: readonly { readonly user: User; readonly until: number }[];
  /** Everything up to here has been applied. */
  readonly cursor: number;
  /** The highest `seq` heard of. */
  readonly head: number;
  readonly epoch: string;
  readonly readSeq: number;
  /** Older messages exist than the first one here. */
  readonly more: boolean;
  readonly loadingOlder: boolean;
  /** An event was skipped: join again from `cursor`. */
  readonly gap: boolean;
  readonly link: Link;
  readonly problem: Problem | null;
}

/** How long somebody counts as typing after the last word of it. */
export const TYPING_MS = 4_000;

/** The state that a page starts with. */
export function initialState(snapshot: RoomSnapshot): RoomState {
  const { history, head, people = [], ...rest } = snapshot;
  return {
    ...rest,
    people: withPeople({}, [...people, ...snapshot.members]),
    messages: history,
    head,
    cursor: head,
    pending: [],
    typing: [],
    loadingOlder: false,
    gap: false,
    link: "connecting",
    problem: null,
  };
}

/**
 * The state after one frame of the server.
 *
 * @param now Unix milliseconds
 */
export function applyFrame(state: RoomState, frame: ServerFrame, now: number): RoomState {
  if (!("roomId" in frame) || frame.roomId !== state.room.id) return state;
  switch (frame.type) {
    case "joined": {
      const next = { ...withMembers(state, frame.members), room: frame.room, gap: false };
      const readSeq = Math.max(state.readSeq, frame.readSeq);
      if (frame.resumed) return { ...next, readSeq, head: Math.max(state.head, frame.head) };
      const { history, head, epoch } = frame;
      return withoutLanded({
        ...next,
        // Another epoch is another log: numbers of the old one mean nothing in it.
        readSeq: epoch === state.epoch ? readSeq : frame.readSeq,
        messages: history,
        // What was acknowledged is in this log; it may be older than this part of it.
        pending: state.pending.filter(({ status }) => status !== "sent"),
        cursor: head,
        head,
        epoch,
        more: (history[0]?.seq ?? head + 1) > 1,
        loadingOlder: false,
      });
    }
    case "message": {
      const { message } = frame;
      const next = advance(state, message.seq);
      if (next.cursor === state.cursor) return next;
      return withoutLanded({
        ...next,
        messages: [...state.messages, message],
        typing: state.typing.filter(({ user }) => user.id !== message.userId),
      });
    }
    case "message_edited":
    case "message_deleted":
    case "reaction": {
      const next = advance(state, frame.seq);
      if (next.cursor === state.cursor) return next;
      const messages = state.messages.map((message) =>
        message.id === frame.id ? withChange(message, frame) : message
      );
      return { ...next, messages };
    }
    case "ack": {
      // Already past it (a retry of what had arrived): the log itself shows it.
      const landed = frame.seq <= state.cursor;
      const pending = state.pending.flatMap((entry) =>
        entry.txnId !== frame.txnId
          ? [entry]
          : landed
          ? []
          : [{ ...entry, status: "sent" as const }]
      );
      return { ...state, pending };
    }
    case "history": {
      // An answer to what was asked before the history was replaced would leave a hole.
      if (frame.txnId !== historyTxn(state)) return state;
      const first = state.messages[0]?.seq ?? Infinity;
      const older = frame.messages.filter((message) => message.seq < first);
      return withoutLanded({
        ...state,
        messages: [...older, ...state.messages],
        people: withPeople(state.people, frame.people ?? []),
        more: frame.more,
        loadingOlder: false,
      });
    }
    case "member_joined":
      return withMembers(state, [...without(state.members, frame.user), frame.user]);
    case "member_left":
      return {
        ...state,
        members: without(state.members, frame.user),
        typing: state.typing.filter(({ user }) => user.id !== frame.user.id),
      };
    case "list":
      return withMembers(state, frame.members);
    case "user_updated":
      return withMembers(
        { ...state, self: frame.user.id === state.self.id ? frame.user : state.self },
        state.members.map((user) => user.id === frame.user.id ? frame.user : user),
      );
    case "typing": {
      if (frame.user.id === state.self.id) return state;
      const others = state.typing.filter(({ user }) => user.id !== frame.user.id);
      const user = state.people[frame.user.id] ?? frame.user;
      return { ...state, typing: [...others, { user, until: now + TYPING_MS }] };
    }
    case "read":
      return withRead(state, frame.seq);
    case "room_updated":
      return { ...state, room: { ...state.room, ...frame.room } };
    case "left":
    case "error":
      return state;
    default:
      return skipped(state, frame);
  }
}

/** The other one of a 1:1 room. */
export function otherOf({ room, self, people }: RoomState): User | undefined {
  if (room.kind !== "direct") return undefined;
  return Object.values(people).find(({ id, name }) => id !== self.id && name === room.name) ??
    { id: "", name: room.name };
}

/** The unsent messages changed. Acknowledged ones stay until the log shows them. */
export function withOutbox(state: RoomState, unsent: readonly Unsent[]): RoomState {
  const waiting = unsent.map((entry): Pending => ({
    ...entry,
    status: entry.failed === undefined ? "sending" : "failed",
  }));
  const sent = state.pending.filter(({ status, txnId }) =>
    status === "sent" && !unsent.some((entry) => entry.txnId === txnId)
  );
  const pending = [...sent, ...waiting].sort((a, b) => a.txnId < b.txnId ? -1 : 1);
  return withoutLanded({ ...state, pending });
}

/** The user has read up to `seq`, here or elsewhere. */
export function withRead(state: RoomState, seq: number): RoomState {
  return seq > state.readSeq ? { ...state, readSeq: seq } : state;
}

/** Forgets who stopped typing without a word. */
export function expireTyping(state: RoomState, now: number): RoomState {
  const typing = state.typing.filter(({ until }) => until > now);
  return typing.length === state.typing.length ? state : { ...state, typing };
}

/** Keeps the newest `keep` messages only; the rest can be loaded again. */
export function trimmed(state: RoomState, keep: number): RoomState {
  if (state.messages.length <= keep) return state;
  return { ...state, messages: state.messages.slice(-keep), more: true, loadingOlder: false };
}

/** The `txnId` that a request for the page before the first message carries. */
export function historyTxn(state: RoomState): string {
  return `history:${state.messages[0]?.seq ?? 0}`;
}

/** Takes note of event `seq`: the same state when it is known, a gap when one before it is not. */
function advance(state: RoomState, seq: number): RoomState {
  if (seq <= state.cursor) return state;
  const head = Math.max(state.head, seq);
  return seq === state.cursor + 1 ? { ...state, head, cursor: seq } : { ...state, head, gap: true };
}

/**
 * A frame of a newer server. Events that this client cannot show have their place in the log
 * all the same; without counting them it would see holes for ever.
 */
function skipped(state: RoomState, frame: object): RoomState {
  return "seq" in frame && typeof frame.seq === "number" ? advance(state, frame.seq) : state;
}

function withMembers(state: RoomState, members: readonly User[]): RoomState {
  return { ...state, members, people: withPeople(state.people, members) };
}

function withPeople(people: RoomState["people"], users: readonly User[]): RoomState["people"] {
  return { ...people, ...Object.fromEntries(users.map((user) => [user.id, user])) };
}

function without(users: readonly User[], user: User): User[] {
  return users.filter(({ id }) => id !== user.id);
}

/** Drops pending messages that the log shows. */
function withoutLanded(state: RoomState): RoomState {
  if (state.pending.length === 0) return state;
  const landed = new Set<string>();
  for (const { userId, txnId } of state.messages) {
    if (userId === state.self.id && txnId !== undefined) landed.add(txnId);
  }
  const pending = state.pending.filter(({ txnId }) => !landed.has(txnId));
  return pending.length === state.pending.length ? state : { ...state, pending };
}
