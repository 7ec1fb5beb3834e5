/** The rooms that are awake: loaded when somebody needs them, let go when nobody does. */
import type { Events } from "../../db/events.ts";
import type { Archiver } from "../archive/archiver.ts";
import type { Journal, LogState } from "../journal/journal.ts";
import { type Log, reason } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { LogEvent } from "../protocol/event.ts";
import { within } from "../within.ts";
import { Receipts } from "./receipts.ts";
import { Room } from "./room.ts";

/** A room that has been quiet for this long is let go. */
const IDLE_MS = 60_000;
/** How long a waking room waits for the archive's word, in milliseconds. */
const PATIENCE_MS = 500;
/** Rooms that recovery reads at once: whoever enters another one meanwhile does not wait for all. */
const RECOVER_AT_ONCE = 4;

/** What the registry needs of the rest. */
export interface RoomsParts {
  readonly journal: Journal;
  readonly archiver: Archiver;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Whether a room can only be read. */
  isArchived(roomId: number): Promise<boolean>;
  /** Events that stay in a room's window although they are archived. */
  readonly recentEvents: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** At most one {@link Room} for each room id, so that each log has one writer. */
export class Rooms {
  readonly #awake = new Map<number, Room>();
  readonly #waking = new Map<number, Promise<Room>>();
  readonly #usedAt = new Map<Room, number>();
  /** Rooms that are no more. */
  readonly #gone = new Set<number>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  #stopped = false;
  #unrecovered = 0;
  #recovery: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: RoomsParts) {
    this.#sweeper = setInterval(() => this.sweep(), IDLE_MS / 2);
    this.#sweeper.unref();
  }

  /** How many rooms are awake. */
  get size(): number {
    return this.#awake.size;
  }

  /** The room if it is awake. */
  get(roomId: number): Room | undefined {
    return this.#awake.get(roomId);
  }

  /** The room, loaded from the journal, or from the archive what the journal lacks. */
  wake(roomId: number): Promise<Room> {
    if (this.#gone.has(roomId)) return Promise.reject(new ProtocolError("not_found"));
    const room = this.#awake.get(roomId);
    if (room !== undefined) {
      this.#usedAt.set(room, this.parts.now());
      return Promise.resolve(room);
    }
    const waking = this.#waking.get(roomId) ??
      this.#load(roomId).finally(() => this.#waking.delete(roomId));
    this.#waking.set(roomId, waking);
    return waking;
  }

  /**
   * Recovery: begins to wake every room that has events which the archive may lack, and says how
   * many these are. One that can't be read is left as it is, and does not keep the others waiting.
   */
  async recover(): Promise<number> {
    const roomIds = await this.parts.journal.unarchived();
    this.#unrecovered = roomIds.length;
    const left = roomIds.values();
    this.#recovery = Promise.all(
      Array.from({ length: RECOVER_AT_ONCE }, () => this.#recoverEach(left)),
    );
    return roomIds.length;
  }

  /** Rooms with events for the archive that nobody has read yet. */
  get unrecovered(): number {
    return this.#unrecovered;
  }

  /** Waits until every room is awake that has events which the archive may lack. */
  async recovered(): Promise<void> {
    await this.#recovery;
  }

  /** Ends a room that was removed from the directory, and its journal. */
  async discard(roomId: number): Promise<void> {
    this.#gone.add(roomId);
    await this.#waking.get(roomId)?.catch(() => {});
    const room = this.#awake.get(roomId);
    if (room !== undefined) {
      room.close();
      this.parts.archiver.forget(room);
      this.#awake.delete(roomId);
      this.#usedAt.delete(room);
    }
    await this.parts.journal.drop(roomId);
  }

  /** Lets rooms go that nobody has used for a minute. Runs by itself, too. */
  sweep(): void {
    const now = this.parts.now();
    for (const [roomId, room] of this.#awake) {
      if (!room.quiet) this.#usedAt.set(room, now);
      else if (now - (this.#usedAt.get(room) ?? 0) > IDLE_MS && this.parts.journal.unload(room)) {
        this.#awake.delete(roomId);
        this.#usedAt.delete(room);
      }
    }
  }

  /** Rooms are let go, and recovered, by themselves no more. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#stopped = true;
    await this.#recovery;
  }

  async #recoverEach(left: Iterable<number>): Promise<void> {
    for (const roomId of left) {
      if (this.#stopped) return;
      try {
        if (!this.#gone.has(roomId)) await this.wake(roomId);
      } catch (error) {
        this.parts.log.error("the journal of a room can't be read: nobody can enter it", {
          roomId,
          reason: reason(error),
        });
      }
      this.#unrecovered--;
    }
  }

  async #load(roomId: number): Promise<Room> {
    const { journal, archiver, events: archive, metrics, recentEvents, now } = this.parts;
    const stored = await this.#loadJournal(roomId);
    const state = stored?.state ?? await this.#startLog(roomId);
    if (stored === undefined) journal.create(roomId, state);
    const kept = stored?.events ?? [];
    const events = [...await this.#olderThan(roomId, kept, state), ...kept];

    const receipts = new Receipts(roomId, state.inherited > 0, journal, archive);
    const room = new Room(roomId, state, events, receipts, {
      journal,
      archiver,
      history: archive,
      metrics,
      recentEvents,
      now,
    });
    room.archived = await this.parts.isArchived(roomId);
    this.#awake.set(roomId, room);
    this.#usedAt.set(room, now());
    const waiting = events.filter(({ seq }) => seq > state.archived);
    if (waiting.length > 0) {
      archiver.notify(
        room,
        waiting.length,
        waiting.reduce((sum, { json }) => sum + json.length, 0),
      );
    }
    return room;
  }

  /**
   * What the journal holds of a room, unless the archive goes further than its head: then the
   * journal is an older copy (a restored backup), whose numbers were given to other events since.
   */
  async #loadJournal(roomId: number) {
    const { journal, events: archive, log } = this.parts;
    const stored = await journal.load(roomId, () => archive.archivedLog(roomId));
    if (stored === undefined) return undefined;
    const { head, epoch } = stored.state;
    // An archive that is away is told by the archiver; here it only means that nothing is known.
    const archived = await within(PATIENCE_MS, archive.archivedLog(roomId).catch(() => undefined));
    if (archived === undefined || archived.archived <= head) return stored;
    log.warn("the journal is older than libSQL: a room goes on behind what is archived", {
      roomId,
      epoch,
      head,
      archived: archived.archived,
    });
    await journal.drop(roomId);
    return undefined;
  }

  /**
   * The state of a log that the journal does not know. When the archive does, the journal was
   * lost: what it held may be gone, so the log goes on under a new epoch and nobody resumes.
   */
  async #startLog(roomId: number): Promise<LogState> {
    const epoch = crypto.randomUUID().slice(0, 8);
    try {
      const archived = await this.parts.events.startEpoch(roomId, epoch);
      return { epoch, head: archived, archived, inherited: archived };
    } catch (error) {
      this.parts.log.warn("the archive is away: a room starts with an empty log", {
        roomId,
        reason: reason(error),
      });
      return { epoch, head: 0, archived: 0, inherited: 0 };
    }
  }

  /** What the window lacks at its old end, from the archive; nothing when that is away. */
  async #olderThan(
    roomId: number,
    kept: readonly LogEvent[],
    { head }: LogState,
  ): Promise<LogEvent[]> {
    const first = kept[0]?.seq ?? head + 1;
    const missing = Math.min(this.parts.recentEvents - kept.length, first - 1);
    if (missing <= 0) return [];
    return await this.parts.events.before(roomId, first, missing).catch(() => []);
  }
}
