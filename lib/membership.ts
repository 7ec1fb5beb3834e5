/** Who belongs to a group, in which role, and what those who keep order there may do. */
import type { Bots } from "./auth/bots.ts";
import type { AuditLog } from "./directory/audit.ts";
import type { Invites } from "./directory/invites.ts";
import type { NotifyLevels } from "./directory/notify_levels.ts";
import { asUser } from "./directory/profile.ts";
import type { ReadMarks } from "./directory/read_marks.ts";
import {
  admitted,
  type Group,
  mayEnter,
  ownerOf,
  roleIn,
  withBan,
  withMember,
  withoutMember,
  withRole,
} from "./directory/room_record.ts";
import { LOBBY, type RoomDirectory } from "./directory/rooms.ts";
import type { Webhook, Webhooks } from "./directory/webhooks.ts";
import type { UserRecord, Users } from "./directory/users.ts";
import { ProtocolError } from "./protocol/errors.ts";
import type { Notify, Role, User } from "./protocol/server_frames.ts";
import type { Rooms } from "./room/rooms.ts";
import type { Connections } from "./session/connections.ts";

/** Somebody in the list of a group's members. */
export interface Member {
  readonly user: User;
  readonly role: Role;
  readonly online: boolean;
}

/** What may be changed of a group. */
export interface GroupChanges {
  readonly name?: string;
  /** Empty for none. */
  readonly topic?: string;
  /** Whether it can only be read. */
  readonly archived?: boolean;
}

/** What membership needs of the rest. */
export interface MembershipParts {
  readonly directory: RoomDirectory;
  readonly users: Users;
  readonly readMarks: ReadMarks;
  readonly levels: NotifyLevels;
  readonly webhooks: Webhooks;
  readonly invites: Invites;
  readonly bots: Bots;
  readonly rooms: Rooms;
  readonly connections: Connections;
  isAdministrator(userId: string): Promise<boolean>;
  readonly audit: AuditLog;
  readonly now: () => number;
}

/** An administrator of the server stands above the owner of a group that they may enter. */
const RANKS = { member: 1, admin: 2, owner: 3, administrator: 4 } as const;
const WHO = { member: "a member", admin: "an admin", owner: "the owner" } as const;
/** How many members a list names at most. */
const MAX_LISTED = 1000;

/**
 * Each act asks whether it is allowed in the same atomic operation that does it, and reaches
 * whoever is connected before it returns: somebody removed hears nothing any more.
 */
export class Membership {
  constructor(private readonly parts: MembershipParts) {}

  /**
   * A private group's members; of a public one, those with a role and those who are there now.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`
   */
  async members(user: User, roomId: number): Promise<{ members: Member[]; banned: User[] }> {
    const { directory, users, rooms, connections } = this.parts;
    const room = admitted(await directory.get(roomId), user);
    const present = rooms.get(roomId)?.presence.users(MAX_LISTED) ?? [];
    const ids = room.kind === "direct" ? room.members.map(({ id }) => id) : room.memberIds ??
      new Set([ownerOf(room), ...room.adminIds ?? [], ...present.map(({ id }) => id)]);
    const found = async (ids: Iterable<string>) =>
      (await Promise.all([...ids].map((id) => users.get(id)))).filter((user) => user !== undefined);
    const members = (await found(ids)).flatMap((record) => {
      const { id } = record;
      const role = roleIn(room, id);
      return role ? [{ user: asUser(record), role, online: connections.isOnline(id) }] : [];
    });
    const { moderate } = await this.mayIn(user, roomId);
    const banned = room.kind === "group" && moderate ? await found(room.bannedIds ?? []) : [];
    return {
      members: members.sort((a, b) =>
        RANKS[b.role] - RANKS[a.role] || a.user.name.localeCompare(b.user.name)
      ),
      banned: banned.map(({ id, name }) => ({ id, name })),
    };
  }

  /**
   * Lets somebody in: makes them a member of a private group, ends their ban.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`
   */
  async add(actor: User, roomId: number, username: string): Promise<void> {
    const person = await this.#holder(username);
    await this.#change(actor, roomId, "admin", (group) => withMember(group, person.id));
    const { head } = await this.parts.rooms.wake(roomId);
    // What was said before they came is not news to them.
    await this.parts.readMarks.set(person.id, roomId, head);
  }

  /**
   * Gives somebody another role. Whoever makes another one the owner becomes an admin.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`
   */
  async setRole(actor: User, roomId: number, username: string, role: Role): Promise<void> {
    const person = await this.#holder(username);
    const group = await this.#change(actor, roomId, "owner", (group) => {
      if (roleIn(group, person.id) === undefined) {
        throw new ProtocolError("not_found", `${person.name} is not in this group.`);
      }
      if (ownerOf(group) === person.id) {
        throw new ProtocolError("forbidden", "Make somebody else the owner instead.");
      }
      return withRole(group, person.id, role);
    });
    for (const { id } of [person, actor]) this.#tellRole(group, id);
  }

  /**
   * Puts somebody out of a group, in the same moment on all their connections, and their bots with
   * them. Invitations that they made are no way back.
   *
   * @param ban whether they may not come in again
   * @throws {ProtocolError} `not_found`; `forbidden` unless the actor stands above them
   */
  async remove(actor: User, roomId: number, username: string, ban: boolean): Promise<void> {
    const person = await this.#person(username);
    const bots = await this.parts.bots.of(person.id);
    const { name } = await this.#change(actor, roomId, "admin", (group, rank) => {
      const role = roleIn(group, person.id);
      if (role !== undefined && RANKS[role] >= rank) {
        throw new ProtocolError("forbidden", `${person.name} is the group's ${role}, too.`);
      }
      const left = bots.reduce((group, { id }) => withoutMember(group, id), group);
      return ban ? withBan(left, person.id) : withoutMember(left, person.id);
    });
    for (const each of [person, ...bots]) {
      this.parts.connections.expel(each.id, roomId, ban ? "banned" : "removed");
      await this.parts.invites.revokeBy(roomId, each);
    }
    const subject = `${person.name} from ${name} (${roomId})`;
    await this.parts.audit.record(actor, ban ? "room.banned" : "room.removed", subject);
  }

  /**
   * Takes a user out of a group by their own wish: out of a public one until they come again.
   *
   * @throws {ProtocolError} `not_found`; `forbidden` for its owner
   */
  async leave(user: User, roomId: number): Promise<void> {
    await this.#change(user, roomId, "member", (group) => {
      if (ownerOf(group) !== user.id) return withoutMember(group, user.id);
      throw new ProtocolError(
        "forbidden",
        "You are the owner: make somebody else the owner first, or delete the group.",
      );
    });
    this.parts.connections.expel(user.id, roomId, "left");
    await this.parts.readMarks.forget(user.id, roomId);
  }

  /**
   * Changes a group's name or topic, or whether it can only be read.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`, `name_taken`
   */
  async update(actor: User, roomId: number, changes: GroupChanges): Promise<Group> {
    const { name, topic, archived } = changes;
    if (roomId === LOBBY && archived) {
      throw new ProtocolError("forbidden", "The lobby is where everybody arrives: it stays open.");
    }
    const group = await this.#change(actor, roomId, "admin", (group) => ({
      ...group,
      name: name ?? group.name,
      topic: (topic ?? group.topic) || undefined,
      archivedAt: archived === undefined
        ? group.archivedAt
        : archived
        ? group.archivedAt ?? this.parts.now()
        : undefined,
    }));
    const room = await this.parts.rooms.wake(roomId);
    room.archived = group.archivedAt !== undefined;
    room.tell({ type: "room_updated", roomId, room: shown(group) });
    return group;
  }

  /**
   * Deletes a group with all that was said in it. An administrator of the server may delete any,
   * also one that they may not enter.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`
   */
  async delete(actor: User, roomId: number): Promise<void> {
    if (roomId === LOBBY) {
      throw new ProtocolError("forbidden", "The lobby is where everybody arrives: it stays.");
    }
    const { name } = await this.#deletable(actor, roomId);
    await this.parts.directory.remove(roomId);
    await this.parts.audit.record(actor, "room.deleted", `${name} (${roomId})`);
    this.parts.connections.expel(undefined, roomId, "deleted");
    await this.parts.rooms.discard(roomId);
  }

  /** Whether a user may keep order in a room, and whether they may do what its owner may. */
  async mayIn(user: User, roomId: number): Promise<{ moderate: boolean; own: boolean }> {
    const room = await this.parts.directory.get(roomId);
    if (room?.kind !== "group") return { moderate: false, own: false };
    const rank = rankIn(room, user, await this.parts.isAdministrator(user.id));
    return { moderate: rank >= RANKS.admin, own: rank >= RANKS.owner };
  }

  /**
   * Makes an address by which a program speaks in a group as a bot, which becomes a member of a
   * private one: whoever puts the bot out silences it.
   *
   * @returns the address, known to whoever asked alone
   * @throws {ProtocolError} `not_found`, `forbidden`, `username_taken`
   */
  async addWebhook(actor: User, roomId: number, name: string): Promise<Webhook & { path: string }> {
    await this.moderated(actor, roomId);
    const bot = await this.parts.users.bot(name, actor);
    await this.#change(actor, roomId, "admin", (group) => withMember(group, bot.id));
    const { webhook, secret } = await this.parts.webhooks.create(roomId, bot, actor);
    return { ...webhook, path: `/api/hooks/${secret}` };
  }

  /**
   * A group, for those who keep order in it.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`
   */
  async moderated(actor: User, roomId: number): Promise<Group> {
    return await this.#change(actor, roomId, "admin", (group) => group);
  }

  /**
   * Notes how far a user has read in a room, and of what they want to be told.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`
   */
  async setOwn(
    user: User,
    roomId: number,
    { readSeq, notify }: { readSeq?: number; notify?: Notify },
  ): Promise<{ readSeq: number; notify: Notify }> {
    const { directory, readMarks, levels, rooms, connections } = this.parts;
    admitted(await directory.get(roomId), user);
    if (notify !== undefined) await levels.set(user.id, roomId, notify);
    if (readSeq !== undefined) {
      const seq = Math.min(readSeq, (await rooms.wake(roomId)).head);
      if (await readMarks.set(user.id, roomId, seq)) {
        connections.tell(user.id, { type: "read", roomId, seq });
      }
    }
    return {
      readSeq: await readMarks.get(user.id, roomId) ?? 0,
      notify: await levels.get(user.id, roomId),
    };
  }

  /** Changes a group for somebody who is at least `role` there. */
  async #change(
    actor: User,
    roomId: number,
    role: Role,
    change: (group: Group, rank: number) => Group,
  ): Promise<Group> {
    const isAdministrator = await this.parts.isAdministrator(actor.id);
    const room = await this.parts.directory.get(roomId);
    if (room?.kind === "direct" && mayEnter(room, actor)) {
      throw new ProtocolError("forbidden", "A conversation between two stays as it is.");
    }
    return await this.parts.directory.change(roomId, (group) => {
      const rank = rankIn(group, actor, isAdministrator);
      if (rank >= RANKS[role]) return change(group, rank);
      admitted(group, actor);
      throw new ProtocolError("forbidden", `Only ${WHO[role]} of the group can do that.`);
    });
  }

  async #deletable(actor: User, roomId: number): Promise<Group> {
    const room = await this.parts.directory.get(roomId);
    if (room?.kind === "group" && await this.parts.isAdministrator(actor.id)) return room;
    return await this.#change(actor, roomId, "owner", (group) => group);
  }

  async #person(username: string): Promise<UserRecord> {
    const person = await this.parts.users.named(username);
    if (person !== undefined) return person;
    throw new ProtocolError("not_found", `Nobody is called ${username} here.`);
  }

  /** Somebody who holds their name: what a visitor is given, the next to say the name would have. */
  async #holder(username: string): Promise<UserRecord> {
    const person = await this.#person(username);
    if (person.kind !== "visitor") return person;
    throw new ProtocolError(
      "forbidden",
      `${person.name} has no session here: anybody could come in by that name.`,
    );
  }

  #tellRole(group: Group, userId: string): void {
    const role = roleIn(group, userId);
    const room = { ...shown(group), role };
    this.parts.connections.tell(userId, { type: "room_updated", roomId: group.id, room });
  }
}

function rankIn(group: Group, user: User, isAdministrator: boolean): number {
  const role = mayEnter(group, user) ? roleIn(group, user.id) : undefined;
  if (role === undefined) return 0;
  return isAdministrator ? RANKS.administrator : RANKS[role];
}

/** What everybody in a group is told when it changes. */
function shown({ name, topic = "", archivedAt }: Group) {
  return { name, topic, archived: archivedAt !== undefined };
}
