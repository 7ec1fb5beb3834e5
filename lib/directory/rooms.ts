/** Which rooms there are, and who belongs to them. Kept in Deno KV, copied to libSQL. */
import { ProtocolError } from "../protocol/errors.ts";
import type { RoomInfo, User } from "../protocol/server_frames.ts";
import { nameKey } from "../protocol/text.ts";
import { copyMarker, RESTORE } from "./markers.ts";

/** A room as stored. */
export type RoomRecord = Group | Direct;

interface Group {
  readonly id: number;
  readonly kind: "group";
  readonly name: string;
  /** Of a private group: who belongs to it. A public one is everybody's. */
  readonly memberIds?: readonly string[];
  readonly createdBy: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

interface Direct {
  readonly id: number;
  readonly kind: "direct";
  readonly members: readonly [User, User];
  readonly createdBy: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** Members of one private group: their ids are one value of Deno KV, of 64 KiB. */
const MAX_MEMBERS = 1000;

/** The room that a fresh database has, so that the first visitor has somewhere to talk. */
export const LOBBY = 1;

const roomKey = (id: number): Deno.KvKey => ["room", id];
const groupsKey: Deno.KvKey = ["group"];
const groupKey = (name: string): Deno.KvKey => [...groupsKey, nameKey(name)];
const pairKey = (a: string, b: string): Deno.KvKey => ["pair", ...[a, b].sort()];
const directsKey = (userId: string): Deno.KvKey => ["direct", userId];
const directKey = (userId: string, roomId: number): Deno.KvKey => [...directsKey(userId), roomId];
const privatesKey = (userId: string): Deno.KvKey => ["private", userId];
const privateKey = (userId: string, roomId: number): Deno.KvKey => [...privatesKey(userId), roomId];
const lastRoomKey: Deno.KvKey = ["last_room"];

/** Every room. */
export class RoomDirectory {
  constructor(
    private readonly kv: Deno.Kv,
    private readonly now: () => number = Date.now,
  ) {}

  /** Makes the lobby when there is none: then libSQL may know of more, see `Copies`. */
  async ensureLobby(): Promise<void> {
    const lobby: RoomRecord = {
      id: LOBBY,
      kind: "group",
      name: "lobby",
      createdBy: "",
      createdAt: this.now(),
    };
    await this.kv.atomic()
      .check({ key: roomKey(LOBBY), versionstamp: null })
      .set(roomKey(LOBBY), lobby)
      .set(groupKey(lobby.name), LOBBY)
      .set(lastRoomKey, LOBBY)
      .set(copyMarker("room", String(LOBBY)), true)
      .set(RESTORE, true)
      .commit();
  }

  /** Puts a room back as it was, unless its number is used by now. */
  async restore(room: RoomRecord): Promise<void> {
    for (let done = false; !done;) {
      const last = await this.kv.get<number>(lastRoomKey);
      const atomic = this.kv.atomic()
        .check(last, { key: roomKey(room.id), versionstamp: null })
        .set(lastRoomKey, Math.max(last.value ?? 0, room.id))
        .set(roomKey(room.id), room);
      if (room.kind === "group") {
        if (room.memberIds === undefined) atomic.set(groupKey(room.name), room.id);
        for (const id of room.memberIds ?? []) atomic.set(privateKey(id, room.id), room.id);
      } else {
        const [a, b] = room.members;
        atomic.set(pairKey(a.id, b.id), room.id)
          .set(directKey(a.id, room.id), room.id)
          .set(directKey(b.id, room.id), room.id);
      }
      const { ok } = await atomic.commit();
      done = ok || await this.get(room.id) !== undefined;
    }
  }

  /** The room with that id. */
  async get(id: number): Promise<RoomRecord | undefined> {
    return (await this.kv.get<RoomRecord>(roomKey(id))).value ?? undefined;
  }

  /** The private groups of a user. */
  async privates(userId: string): Promise<RoomRecord[]> {
    return await this.#listed(privatesKey(userId));
  }

  /** All public groups, by name. */
  async groups(): Promise<RoomRecord[]> {
    return await this.#listed(groupsKey);
  }

  /** The 1:1 rooms of a user. */
  async directs(userId: string): Promise<RoomRecord[]> {
    return await this.#listed(directsKey(userId));
  }

  /**
   * Makes a private group, which its members alone know of: its name may be another's, too.
   */
  async createPrivate(name: string, creator: User): Promise<RoomRecord> {
    for (;;) {
      const last = await this.kv.get<number>(lastRoomKey);
      const id = (last.value ?? LOBBY) + 1;
      const group: Group = {
        id,
        kind: "group",
        name,
        memberIds: [creator.id],
        createdBy: creator.id,
        createdAt: this.now(),
      };
      const result = await this.kv.atomic()
        .check(last)
        .set(lastRoomKey, id)
        .set(roomKey(id), group)
        .set(privateKey(creator.id, id), id)
        .set(copyMarker("room", String(id)), true)
        .commit();
      if (result.ok) return group;
    }
  }

  /**
   * Makes a user a member of a private group, unless they are one.
   *
   * @param alongside what else must hold and happen, in the same atomic operation
   * @returns the room, or undefined when something changed meanwhile: try again
   * @throws {ProtocolError} `forbidden` when the group is full
   */
  async addMember(
    roomId: number,
    user: User,
    alongside: (atomic: Deno.AtomicOperation) => void,
  ): Promise<RoomRecord | undefined> {
    const entry = await this.kv.get<RoomRecord>(roomKey(roomId));
    const group = entry.value;
    if (group?.kind !== "group" || group.memberIds === undefined) return undefined;
    if (group.memberIds.includes(user.id)) return group;
    if (group.memberIds.length >= MAX_MEMBERS) {
      throw new ProtocolError("forbidden", "That group is full.");
    }
    const grown: Group = { ...group, memberIds: [...group.memberIds, user.id] };
    const atomic = this.kv.atomic()
      .check(entry)
      .set(roomKey(roomId), grown)
      .set(privateKey(user.id, roomId), roomId)
      .set(copyMarker("room", String(roomId)), true);
    alongside(atomic);
    return (await atomic.commit()).ok ? grown : undefined;
  }

  /**
   * Makes a group that everyone may join.
   *
   * @throws {ProtocolError} `name_taken` when there is one with that name
   */
  async createGroup(name: string, creator: User): Promise<RoomRecord> {
    for (;;) {
      const last = await this.kv.get<number>(lastRoomKey);
      const id = (last.value ?? LOBBY) + 1;
      const group: Group = {
        id,
        kind: "group",
        name,
        createdBy: creator.id,
        createdAt: this.now(),
      };
      const taken = await this.kv.get<number>(groupKey(name));
      if (taken.value !== null) {
        throw new ProtocolError("name_taken", `There is a group named ${name} already.`);
      }
      const result = await this.kv.atomic()
        .check(last, taken)
        .set(lastRoomKey, id)
        .set(roomKey(id), group)
        .set(groupKey(name), id)
        .set(copyMarker("room", String(id)), true)
        .commit();
      if (result.ok) return group;
    }
  }

  /** The 1:1 room of two users: made once, whoever asks first. */
  async direct(self: User, other: User): Promise<RoomRecord> {
    for (;;) {
      const pair = await this.kv.get<number>(pairKey(self.id, other.id));
      const known = pair.value === null ? undefined : await this.get(pair.value);
      if (known !== undefined) return known;
      const last = await this.kv.get<number>(lastRoomKey);
      const id = (last.value ?? LOBBY) + 1;
      const members: [User, User] = [plain(self), plain(other)];
      const room: RoomRecord = {
        id,
        kind: "direct",
        members,
        createdBy: self.id,
        createdAt: this.now(),
      };
      const result = await this.kv.atomic()
        .check(last, pair)
        .set(lastRoomKey, id)
        .set(roomKey(id), room)
        .set(pairKey(self.id, other.id), id)
        .set(directKey(self.id, id), id)
        .set(directKey(other.id, id), id)
        .set(copyMarker("room", String(id)), true)
        .commit();
      if (result.ok) return room;
    }
  }

  async #listed(prefix: Deno.KvKey): Promise<RoomRecord[]> {
    const ids: number[] = [];
    for await (const { value } of this.kv.list<number>({ prefix })) ids.push(value);
    const rooms = await Promise.all(ids.map((id) => this.get(id)));
    return rooms.filter((room) => room !== undefined);
  }
}

/** Whether a user may see a room and talk in it. */
export function mayEnter(room: RoomRecord, user: User): boolean {
  if (room.kind === "direct") return room.members.some(({ id }) => id === user.id);
  return room.memberIds === undefined || room.memberIds.includes(user.id);
}

/** The room as this user sees it: a 1:1 room is named after the other one. */
export function roomInfo(room: RoomRecord, user: User): RoomInfo {
  const { id, kind } = room;
  if (room.kind === "group") {
    return { id, kind, name: room.name, ...(room.memberIds && { private: true as const }) };
  }
  const other = room.members.find((member) => member.id !== user.id) ?? user;
  return { id, kind, name: other.name };
}

function plain({ id, name }: User): User {
  return { id, name };
}
