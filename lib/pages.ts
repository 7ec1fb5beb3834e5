/** What the pages show: rooms and people, as far as a user may see them. */
import type { ReadMarks } from "./directory/read_marks.ts";
import { mayEnter, type RoomDirectory, roomInfo, type RoomRecord } from "./directory/rooms.ts";
import type { Users } from "./directory/users.ts";
import { ProtocolError } from "./protocol/errors.ts";
import type { RoomSnapshot } from "./protocol/room_snapshot.ts";
import type { Message, RoomInfo, User } from "./protocol/server_frames.ts";
import type { Rooms } from "./room/rooms.ts";

/** How many of those who are online a list names. */
const NAMED_ONLINE = 8;
/** How many people the home page names. */
const NAMED_PEOPLE = 200;

/** A room in a list. */
export interface RoomSummary extends RoomInfo {
  /** The first few of those who are online. */
  readonly online: readonly User[];
  readonly onlineCount: number;
  /** The other person of a 1:1 room. */
  readonly other?: User;
}

/** What the home page shows. */
export interface Home {
  readonly groups: readonly RoomSummary[];
  /** The user's 1:1 rooms. */
  readonly directs: readonly RoomSummary[];
  /** Others who are online. */
  readonly people: readonly User[];
  /** Whether whoever looks has an account. */
  readonly account: boolean;
}

const NOBODY: User = { id: "", name: "" };

/** Reads for pages. Nothing here changes anything. */
export class Pages {
  constructor(
    private readonly users: Users,
    private readonly directory: RoomDirectory,
    private readonly rooms: Rooms,
    private readonly readMarks: ReadMarks,
    private readonly recentEvents: number,
  ) {}

  /** The home page's content; without a user only what everybody may see. */
  async home(user: User | null): Promise<Home> {
    const [open, privates, directs, record] = await Promise.all([
      this.directory.groups(),
      user === null ? [] : this.directory.privates(user.id),
      user === null ? [] : this.directory.directs(user.id),
      user === null ? undefined : this.users.get(user.id),
    ]);
    const groups = [...open, ...privates];
    const people = new Map<string, User>();
    for (const { id } of groups) {
      for (const person of this.rooms.get(id)?.presence.users(NAMED_PEOPLE) ?? []) {
        if (person.id !== user?.id && people.size < NAMED_PEOPLE) people.set(person.id, person);
      }
    }
    return {
      groups: groups.map((room) => this.#summary(room, user)),
      directs: directs.map((room) => this.#summary(room, user)),
      people: [...people.values()].sort((a, b) => a.name.localeCompare(b.name)),
      account: record?.kind === "account",
    };
  }

  /**
   * A room's content.
   *
   * @throws {ProtocolError} `not_found` when there is none, or none that the user may enter
   */
  async room(user: User, roomId: number): Promise<RoomSnapshot> {
    const record = await this.record(user, roomId);
    const room = await this.rooms.wake(roomId);
    const { head, epoch } = room;
    const history = await room.before(head + 1, this.recentEvents);
    return {
      room: roomInfo(record, user),
      self: user,
      members: room.presence.users(),
      head,
      epoch,
      readSeq: await this.readMarks.get(user.id, roomId),
      history,
      more: (history[0]?.seq ?? 1) > 1,
    };
  }

  /**
   * A room's name and kind.
   *
   * @throws {ProtocolError} `not_found`, like {@link room}
   */
  async info(user: User, roomId: number): Promise<RoomInfo> {
    return roomInfo(await this.record(user, roomId), user);
  }

  /**
   * The newest `limit` messages before a `seq`, or of all.
   *
   * @throws {ProtocolError} `not_found`, like {@link room}; `overloaded` while the archive is away
   */
  async history(
    user: User,
    roomId: number,
    before: number | undefined,
    limit: number,
  ): Promise<{ messages: Message[]; more: boolean }> {
    await this.record(user, roomId);
    const room = await this.rooms.wake(roomId);
    return await room.page(before ?? room.head + 1, limit);
  }

  /**
   * A room as it is kept, for those who may enter it.
   *
   * @throws {ProtocolError} `not_found`, like {@link room}
   */
  async record(user: User, roomId: number): Promise<RoomRecord> {
    const record = await this.directory.get(roomId);
    if (record === undefined || !mayEnter(record, user)) throw new ProtocolError("not_found");
    return record;
  }

  #summary(record: RoomRecord, user: User | null): RoomSummary {
    const presence = this.rooms.get(record.id)?.presence;
    const members = record.kind === "direct" ? record.members : [];
    return {
      ...roomInfo(record, user ?? NOBODY),
      other: members.find(({ id }) => id !== user?.id),
      online: presence?.users(NAMED_ONLINE) ?? [],
      onlineCount: presence?.size ?? 0,
    };
  }
}
