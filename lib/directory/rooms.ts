/** Which rooms there are. Kept in Deno KV, copied to libSQL. */
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { nameKey } from "../protocol/text.ts";
import { copyMarker, purgeMarker, RESTORE } from "./markers.ts";
import type { Group, RoomRecord } from "./room_record.ts";

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
/** Set with each change of a public group. */
const groupsChangedKey: Deno.KvKey = ["groups_changed"];

/** What else must hold and happen, in the same atomic operation. */
type Alongside = (atomic: Deno.AtomicOperation) => void;

/** Every room. */
export class RoomDirectory {
  /** All public groups, as long as none was changed since. */
  #groups: { readonly versionstamp: string | null; readonly list: RoomRecord[] } | undefined;

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
      .set(groupsChangedKey, true)
      .set(lastRoomKey, LOBBY)
      .set(copyMarker("room", String(LOBBY)), true)
      .set(RESTORE, true)
      .commit();
  }

  /** Puts a room back as it was, unless its number is used by now. */
  async restore(room: RoomRecord): Promise<void> {
    // This lobby is older than the one that was made just now in its place.
    if (room.id === LOBBY && room.kind === "group") await this.change(LOBBY, () => room);
    for (let done = false; !done;) {
      const last = await this.kv.get<number>(lastRoomKey);
      const atomic = this.kv.atomic()
        .check(last, { key: roomKey(room.id), versionstamp: null })
        .set(lastRoomKey, Math.max(last.value ?? 0, room.id))
        .set(roomKey(room.id), room);
      if (room.kind === "group") {
        if (room.memberIds === undefined) {
          atomic.set(groupKey(room.name), room.id).set(groupsChangedKey, true);
        }
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

  /** Gives that number to no new room: what was said under it is not theirs. */
  async reserve(roomId: number): Promise<void> {
    for (let done = false; !done;) {
      const last = await this.kv.get<number>(lastRoomKey);
      const next = Math.max(last.value ?? 0, roomId);
      done = (await this.kv.atomic().check(last).set(lastRoomKey, next).commit()).ok;
    }
  }

  /** The room with that id. */
  async get(id: number): Promise<RoomRecord | undefined> {
    return (await this.kv.get<RoomRecord>(roomKey(id))).value ?? undefined;
  }

  /** Whether a room can only be read any more. */
  async isArchived(id: number): Promise<boolean> {
    const room = await this.get(id);
    return room?.kind === "group" && room.archivedAt !== undefined;
  }

  /** The private groups of a user. */
  async privates(userId: string): Promise<RoomRecord[]> {
    return await this.#listed(privatesKey(userId));
  }

  /** All public groups, by name. */
  async groups(): Promise<readonly RoomRecord[]> {
    const { versionstamp } = await this.kv.get(groupsChangedKey);
    if (this.#groups === undefined || this.#groups.versionstamp !== versionstamp) {
      this.#groups = { versionstamp, list: await this.#listed(groupsKey) };
    }
    return this.#groups.list;
  }

  /** The 1:1 rooms of a user. */
  async directs(userId: string): Promise<RoomRecord[]> {
    return await this.#listed(directsKey(userId));
  }

  /**
   * Makes a group. A public one has a name of its own; a private one is known to its members
   * alone, so its name may be another's, too.
   *
   * @throws {ProtocolError} `name_taken` when there is a public one with that name
   */
  async createGroup(
    name: string,
    creator: User,
    { isPrivate = false }: { isPrivate?: boolean } = {},
  ): Promise<Group> {
    for (;;) {
      const last = await this.kv.get<number>(lastRoomKey);
      const id = (last.value ?? LOBBY) + 1;
      const group: Group = {
        id,
        kind: "group",
        name,
        ...(isPrivate && { memberIds: [creator.id] }),
        createdBy: creator.id,
        createdAt: this.now(),
      };
      const atomic = this.kv.atomic().check(last).set(lastRoomKey, id);
      await this.#put(atomic, undefined, group);
      if ((await atomic.commit()).ok) return group;
    }
  }

  /**
   * Changes a group; tries again when something else changed it meanwhile.
   *
   * @param change the group as it shall be; the same one when nothing is to be done
   * @throws {ProtocolError} `not_found` when it is gone; `name_taken`; what `change` throws
   */
  async change(id: number, change: (group: Group) => Group): Promise<Group> {
    for (;;) {
      const changed = await this.tryChange(id, change, () => {});
      if (changed !== undefined) return changed;
    }
  }

  /**
   * Like {@link change}, once.
   *
   * @returns undefined when something changed meanwhile: try again
   */
  async tryChange(
    id: number,
    change: (group: Group) => Group,
    alongside: Alongside,
  ): Promise<Group | undefined> {
    const entry = await this.kv.get<RoomRecord>(roomKey(id));
    const group = entry.value;
    if (group?.kind !== "group") throw new ProtocolError("not_found");
    const next = change(group);
    if (next === group) return group;
    const atomic = this.kv.atomic().check(entry);
    await this.#put(atomic, group, next);
    alongside(atomic);
    return (await atomic.commit()).ok ? next : undefined;
  }

  /**
   * Removes a group. A marker tells that its events must go, too.
   */
  async remove(id: number): Promise<void> {
    for (;;) {
      const entry = await this.kv.get<RoomRecord>(roomKey(id));
      const group = entry.value;
      if (group?.kind !== "group") return;
      const atomic = this.kv.atomic()
        .check(entry)
        .delete(roomKey(id))
        .set(purgeMarker(id), true);
      if (group.memberIds === undefined) {
        atomic.delete(groupKey(group.name)).set(groupsChangedKey, true);
      }
      for (const member of group.memberIds ?? []) atomic.delete(privateKey(member, id));
      if ((await atomic.commit()).ok) return;
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

  /** Writes a group as it shall be, and what leads to it: its name, and its members' lists. */
  async #put(atomic: Deno.AtomicOperation, group: Group | undefined, next: Group): Promise<void> {
    const { id, name, memberIds } = next;
    if (memberIds === undefined && (group === undefined || nameKey(group.name) !== nameKey(name))) {
      const taken = await this.kv.get<number>(groupKey(name));
      if (taken.value !== null) {
        throw new ProtocolError("name_taken", `There is a group named ${name} already.`);
      }
      atomic.check(taken).set(groupKey(name), id);
      if (group !== undefined) atomic.delete(groupKey(group.name));
    }
    for (const member of group?.memberIds ?? []) {
      if (!memberIds?.includes(member)) atomic.delete(privateKey(member, id));
    }
    for (const member of memberIds ?? []) {
      if (!group?.memberIds?.includes(member)) atomic.set(privateKey(member, id), id);
    }
    if (memberIds === undefined) atomic.set(groupsChangedKey, true);
    atomic.set(roomKey(id), next).set(copyMarker("room", String(id)), true);
  }

  async #listed(prefix: Deno.KvKey): Promise<RoomRecord[]> {
    const ids: number[] = [];
    for await (const { value } of this.kv.list<number>({ prefix })) ids.push(value);
    const rooms = await Promise.all(ids.map((id) => this.get(id)));
    return rooms.filter((room) => room !== undefined);
  }
}

function plain({ id, name }: User): User {
  return { id, name };
}
