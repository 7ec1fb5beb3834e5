/** What the pages show: rooms and people, as far as a user may see them. */
import type { ReadMarks } from "./directory/read_marks.ts";
import type { People } from "./directory/people.ts";
import { asName } from "./directory/profile.ts";
import { admitted, isBanned, roomInfo, type RoomRecord } from "./directory/room_record.ts";
import { LOBBY, type RoomDirectory } from "./directory/rooms.ts";
import type { Users } from "./directory/users.ts";
import type { RoomSnapshot } from "./protocol/room_snapshot.ts";
import type { Message, RoomInfo, User } from "./protocol/server_frames.ts";
import type { Rooms } from "./room/rooms.ts";
import { NOTHING_WAITS, type Unread, type Waiting } from "./unread.ts";

/** How many of those who are online a list names. */
const NAMED_ONLINE = 8;
/** How many people the home page names. */
const NAMED_PEOPLE = 200;

/** A room in a list. */
export interface RoomSummary extends RoomInfo, Waiting {
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

/** What pages need of the rest. */
export interface PagesParts {
  readonly users: Users;
  readonly people: People;
  readonly directory: RoomDirectory;
  readonly rooms: Rooms;
  readonly readMarks: ReadMarks;
  readonly unread: Unread;
  readonly recentEvents: number;
}

/** Reads for pages. Nothing here changes anything. */
export class Pages {
  constructor(private readonly parts: PagesParts) {}

  /**
   * The home page's content; without a user only what everybody may see.
   *
   * @param own leaves out public groups where the user never was, but for the lobby
   * @param current the room that the user comes into just now
   */
  async home(
    user: User | null,
    { own = false, current = LOBBY }: { own?: boolean; current?: number } = {},
  ): Promise<Home> {
    const visited = own && user !== null && await this.parts.readMarks.all(user.id);
    const [open, privates, directs, record] = await Promise.all([
      this.parts.directory.groups(),
      user === null ? [] : this.parts.directory.privates(user.id),
      user === null ? [] : this.parts.directory.directs(user.id),
      user === null ? undefined : this.parts.users.get(user.id),
    ]);
    const shown = visited
      ? open.filter(({ id }) => visited.has(id) || id === LOBBY || id === current)
      : open;
    const groups = [...shown, ...privates].filter((room) => user === null || !isBanned(room, user));
    const people = new Map<string, User>();
    for (const { id } of groups) {
      for (const person of this.#online(id, NAMED_PEOPLE, user)) {
        if (person.id !== user?.id && people.size < NAMED_PEOPLE) people.set(person.id, person);
      }
    }
    return {
      groups: await this.#summaries(groups, user),
      directs: await this.#summaries(directs, user),
      people: [...people.values()].sort((a, b) => a.name.localeCompare(b.name)),
      account: record?.kind === "account",
    };
  }

  /**
   * A room's content.
   *
   * @throws {ProtocolError} `not_found` when there is none that the user may know of; `forbidden`
   * when they were banned from it
   */
  async room(user: User, roomId: number): Promise<RoomSnapshot> {
    const record = await this.record(user, roomId);
    const room = await this.parts.rooms.wake(roomId);
    const { head, epoch } = room;
    const history = await room.before(head + 1, this.parts.recentEvents);
    const others = record.kind === "direct" ? record.members.map(({ id }) => id) : [];
    const ids = [...history.map(({ userId }) => userId), ...others];
    return {
      room: roomInfo(record, user),
      self: user,
      members: room.presence.users(),
      people: await this.parts.people.shown(ids),
      head,
      epoch,
      readSeq: await this.parts.readMarks.get(user.id, roomId) ?? 0,
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
    const room = await this.parts.rooms.wake(roomId);
    return await room.page(before ?? room.head + 1, limit);
  }

  /**
   * A room as it is kept, for those who may enter it.
   *
   * @throws {ProtocolError} `not_found`, `forbidden`, like {@link room}
   */
  async record(user: User, roomId: number): Promise<RoomRecord> {
    return admitted(await this.parts.directory.get(roomId), user);
  }

  /** The first few who are online in a room. What they tell is not for strangers. */
  #online(roomId: number, limit: number, user: User | null): User[] {
    const online = this.parts.rooms.get(roomId)?.presence.users(limit) ?? [];
    return user === null ? online.map(asName) : online;
  }

  async #summaries(records: readonly RoomRecord[], user: User | null): Promise<RoomSummary[]> {
    const waiting = user === null ? [] : await this.parts.unread.of(user, records);
    const others = records.map((record) =>
      record.kind === "direct" ? record.members.find(({ id }) => id !== user?.id) : undefined
    );
    const people = await this.parts.people.shown(others.flatMap((other) => other?.id ?? []));
    const shown = new Map(people.map((person) => [person.id, person]));
    return records.map((record, index) => {
      const presence = this.parts.rooms.get(record.id)?.presence;
      const other = others[index];
      return {
        ...roomInfo(record, user),
        ...waiting[index] ?? NOTHING_WAITS,
        other: other && (shown.get(other.id) ?? other),
        online: this.#online(record.id, NAMED_ONLINE, user),
        onlineCount: presence?.size ?? 0,
      };
    });
  }
}
