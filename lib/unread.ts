/** What a user has not read yet, room by room. */
import type { NotifyLevels } from "./directory/notify_levels.ts";
import type { ReadMarks } from "./directory/read_marks.ts";
import type { RoomRecord } from "./directory/room_record.ts";
import type { Journal } from "./journal/journal.ts";
import type { Notify, User } from "./protocol/server_frames.ts";
import type { Rooms } from "./room/rooms.ts";

/** What waits in a room. */
export interface Waiting {
  /** Messages of others after the read mark. */
  readonly unread: number;
  /** How many of them name the user; older ones than the recent window are not looked through. */
  readonly mentions: number;
  readonly notify: Notify;
}

/** Of whoever was never there. */
export const NOTHING_WAITS: Waiting = { unread: 0, mentions: 0, notify: "all" };

/** Counts from the logs: there is no counter that could go wrong. */
export class Unread {
  constructor(
    private readonly readMarks: ReadMarks,
    private readonly levels: NotifyLevels,
    private readonly rooms: Rooms,
    private readonly journal: Journal,
  ) {}

  /** What waits in each of these rooms. In a public group where the user never was, nothing does. */
  async of(user: User, records: readonly RoomRecord[]): Promise<Waiting[]> {
    const [marks, levels] = await Promise.all([
      this.readMarks.all(user.id),
      this.levels.all(user.id),
    ]);
    return await Promise.all(records.map(async ({ id, kind }) => {
      const notify = levels.get(id) ?? "all";
      const mark = marks.get(id) ?? (kind === "direct" ? 0 : undefined);
      if (mark === undefined || await this.#head(id) <= mark) return { ...NOTHING_WAITS, notify };
      const room = await this.rooms.wake(id);
      return { ...room.unreadSince(mark, user), notify };
    }));
  }

  /** A room that sleeps need not wake to tell that nothing happened. */
  #head(roomId: number): number | Promise<number> {
    return this.rooms.get(roomId)?.head ?? this.journal.head(roomId);
  }
}
