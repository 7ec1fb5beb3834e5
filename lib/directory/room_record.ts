/** A room as it is kept, and what follows from that: who may enter it, and who may do what there. */
import { ProtocolError } from "../protocol/errors.ts";
import type { Role, RoomInfo, User } from "../protocol/server_frames.ts";

// A group is one value of Deno KV, of 64 KiB, and a change of it one atomic of 1,000 mutations.
const MAX_MEMBERS = 950;
const MAX_ADMINS = 50;
const MAX_BANNED = 400;

/** A room as stored. */
export type RoomRecord = Group | Direct;

/** A room for any number of people. */
export interface Group {
  readonly id: number;
  readonly kind: "group";
  readonly name: string;
  readonly topic?: string;
  /** Of a private group: who belongs to it. A public one is everybody's. */
  readonly memberIds?: readonly string[];
  /** Who it was handed over to; without one it is its maker's. */
  readonly ownerId?: string;
  readonly adminIds?: readonly string[];
  /** Who may not come in again. */
  readonly bannedIds?: readonly string[];
  /** Unix milliseconds; since then it can only be read. */
  readonly archivedAt?: number;
  readonly createdBy: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** A room for two. */
export interface Direct {
  readonly id: number;
  readonly kind: "direct";
  readonly members: readonly [User, User];
  readonly createdBy: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** The owner of a group. */
export function ownerOf({ ownerId, createdBy }: Group): string {
  return ownerId ?? createdBy;
}

/** What somebody is in a room; undefined for those who may not enter it. */
export function roleIn(room: RoomRecord, userId: string): Role | undefined {
  if (room.kind === "direct") {
    return room.members.some(({ id }) => id === userId) ? "member" : undefined;
  }
  if (room.bannedIds?.includes(userId)) return undefined;
  if (room.memberIds !== undefined && !room.memberIds.includes(userId)) return undefined;
  if (ownerOf(room) === userId) return "owner";
  return room.adminIds?.includes(userId) ? "admin" : "member";
}

/** Whether somebody was put out of a group for good; a bot is with whoever answers for it. */
export function isBanned(room: RoomRecord, { id, ownerId = id }: User): boolean {
  if (room.kind !== "group" || room.bannedIds === undefined) return false;
  return room.bannedIds.includes(id) || room.bannedIds.includes(ownerId);
}

/** Whether a user may see a room and talk in it. */
export function mayEnter(room: RoomRecord, user: User): boolean {
  return roleIn(room, user.id) !== undefined && !isBanned(room, user);
}

/**
 * A room, for those who may enter it.
 *
 * @throws {ProtocolError} `not_found` when there is none, or a private one of others: the two look
 * the same; `forbidden` for who was banned from a public one
 */
export function admitted(room: RoomRecord | undefined, user: User): RoomRecord {
  if (room !== undefined && mayEnter(room, user)) return room;
  if (room?.kind === "group" && room.memberIds === undefined) {
    throw new ProtocolError("forbidden", "You were banned from this group.");
  }
  throw new ProtocolError("not_found");
}

/** Whether a user keeps order in a group: may change it, remove people and their messages. */
export function mayModerate(room: RoomRecord, user: User): boolean {
  const role = mayEnter(room, user) ? roleIn(room, user.id) : undefined;
  return role === "owner" || role === "admin";
}

/**
 * The room as somebody sees it who may know of it: a 1:1 room is named after the other one. To
 * somebody without a name it shows no role.
 */
export function roomInfo(room: RoomRecord, user: User | null): RoomInfo {
  const { id, kind } = room;
  const role = user === null ? undefined : roleIn(room, user.id);
  if (room.kind === "direct") {
    const other = room.members.find((member) => member.id !== user?.id) ?? room.members[0];
    return { id, kind, name: other.name, role };
  }
  return {
    id,
    kind,
    name: room.name,
    topic: room.topic,
    private: room.memberIds && true,
    archived: room.archivedAt === undefined ? undefined : true,
    role,
  };
}

/** The group with somebody in it: as a member of a private one, and not banned any more. */
export function withMember(group: Group, userId: string): Group {
  const { memberIds, bannedIds } = group;
  const belongs = memberIds?.includes(userId) ?? true;
  if (belongs && !bannedIds?.includes(userId)) return group;
  return {
    ...group,
    memberIds: belongs ? memberIds : added(memberIds, userId, MAX_MEMBERS, "That group is full."),
    bannedIds: without(bannedIds, userId),
  };
}

/** The group without somebody, as far as it knows of them. */
export function withoutMember(group: Group, userId: string): Group {
  return {
    ...group,
    memberIds: without(group.memberIds, userId),
    adminIds: without(group.adminIds, userId),
  };
}

/** The group without somebody, who may not come in again. */
export function withBan(group: Group, userId: string): Group {
  if (group.bannedIds?.includes(userId)) return group;
  const full = "Too many people are banned from this group: let somebody in again first.";
  return {
    ...withoutMember(group, userId),
    bannedIds: added(group.bannedIds, userId, MAX_BANNED, full),
  };
}

/** The group where somebody who may enter it has another role; a new owner makes the old an admin. */
export function withRole(group: Group, userId: string, role: Role): Group {
  const owner = ownerOf(group);
  const adminIds = without(group.adminIds, userId);
  if (role === "member") return { ...group, adminIds };
  const full = "A group can't have more admins.";
  if (role === "admin") return { ...group, adminIds: added(adminIds, userId, MAX_ADMINS, full) };
  return {
    ...group,
    ownerId: userId,
    adminIds: owner === "" || owner === userId
      ? adminIds
      : added(adminIds, owner, MAX_ADMINS, full),
  };
}

function added(ids: readonly string[] | undefined, id: string, most: number, full: string) {
  if ((ids?.length ?? 0) >= most) throw new ProtocolError("forbidden", full);
  return [...ids ?? [], id];
}

function without(ids: readonly string[] | undefined, id: string): readonly string[] | undefined {
  return ids?.filter((other) => other !== id);
}
