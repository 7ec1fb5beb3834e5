/** A room: the single writer of one log, and those who follow it. */
import type { Archivable, Archiver } from "../archive/archiver.ts";
import type { Entry, Journal, LogState, LogWriter } from "../journal/journal.ts";
import type { Metrics } from "../metrics.ts";
import { ProtocolError } from "../protocol/errors.ts";
import { withChange } from "../protocol/changes.ts";
import type { LogEvent, Receipt } from "../protocol/event.ts";
import { isMentioned } from "../protocol/mention.ts";
import type { Message, ServerFrame, User } from "../protocol/server_frames.ts";
import { Arrivals } from "./arrivals.ts";
import { changed, type ChangeDraft, type Draft, noMessage, type Place, said } from "./draft.ts";
import { Presence } from "./presence.ts";
import type { Receipts } from "./receipts.ts";
import { Targets } from "./targets.ts";
import { Window } from "./window.ts";

/** One connection that follows a room from a cursor. */
export interface Subscriber {
  readonly clientId: string;
  readonly user: User;
  /** These entries were committed; they follow the last ones. */
  advance(entries: readonly Entry[]): void;
  /** Something that is not stored: it may be dropped when the client is slow. */
  notify(json: string): void;
}

/** Told once what became of a draft: it is on disk, or it is not and nobody saw it. */
export type Settle = (outcome: Receipt | ProtocolError) => void;

/** A draft that is not on disk yet. */
interface Pending {
  readonly draft: Draft;
  /** The message that is kept for it, if there is one. */
  readonly targetId: string | undefined;
  /** The sender, and everyone who sent the same `txnId` again meanwhile. */
  readonly settle: Settle[];
  /** True once it is known that its `txnId` was never used before. */
  fresh: boolean;
}

/** What a room needs of the rest. */
export interface RoomParts {
  readonly journal: Journal;
  readonly archiver: Archiver;
  /** What is not in the window any more, oldest first. */
  readonly history: {
    messagesBefore(roomId: number, before: number, limit: number): Promise<Message[]>;
    message(roomId: number, id: string): Promise<Message | undefined>;
    after(roomId: number, after: number, limit: number): Promise<LogEvent[]>;
  };
  readonly metrics: Metrics;
  /** Events that stay in the window although they are archived. */
  readonly recentEvents: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Whoever joins gets at most so much of the window, in characters of JSON, unless one message is longer. */
const MAX_RECENT_CHARS = 1024 * 1024;

/** Order, durability and idempotency of a room's events all come from here. */
export class Room implements LogWriter, Archivable {
  readonly presence = new Presence();
  readonly epoch: string;
  readonly #window: Window;
  readonly #subscribers = new Set<Subscriber>();
  readonly #arrivals = new Arrivals(this.#subscribers);
  readonly #followers = new Set<() => void>();
  /** Waiting for the journal, in order. */
  #pending: Pending[] = [];
  /** In the journal's hands. */
  #inFlight: Pending[] = [];
  readonly #twins = new Map<string, Pending>();
  /** What is pending is about these. */
  readonly #targets = new Targets();
  #archived: number;
  /** Why it takes no new events now; what was stored before is found by its `txnId` all the same. */
  #refusal: ProtocolError | undefined;
  /** True once the room, and with it its journal, is no more. */
  #gone = false;
  #recentJson: { head: number; json: string } | undefined;

  constructor(
    readonly roomId: number,
    state: LogState,
    events: readonly LogEvent[],
    private readonly receipts: Receipts,
    private readonly parts: RoomParts,
  ) {
    this.epoch = state.epoch;
    this.#archived = state.archived;
    this.#window = new Window(events, state.head);
    for (const event of events) receipts.add(event);
  }

  /** The highest `seq`; 0 when nothing was said yet. */
  get head(): number {
    return this.#window.head;
  }

  /** True when nobody follows the room and nothing of it is on its way. */
  get quiet(): boolean {
    return this.#subscribers.size === 0 && this.#followers.size === 0 &&
      this.#pending.length === 0 &&
      this.#inFlight.length === 0 && this.#archived === this.head;
  }

  /** Whether it can only be read: no new events, until that is over. */
  set archived(archived: boolean) {
    this.#refusal = archived
      ? new ProtocolError("forbidden", "This group is archived.")
      : undefined;
  }

  /** The end of the room: no new events, ever, and those on their way go no further. */
  close(): void {
    this.#gone = true;
    this.#refusal = new ProtocolError("not_found");
    for (const pending of this.#pending.splice(0)) this.#settle(pending, this.#refusal);
  }

  /**
   * Finds the message that a draft is about: to be awaited before `post`, and given to it, since the
   * window may let go of it meanwhile.
   *
   * @throws {ProtocolError} `not_found`; `overloaded` when the archive is needed and away
   */
  async reach(draft: Draft): Promise<Message | undefined> {
    if (draft.type === "message") return undefined;
    const held = this.#window.message(draft.id);
    if (held !== undefined) return held;
    // What was done before is answered by its receipt.
    if (draft.txnId && this.receipts.recent(draft.user.id, draft.txnId)) return undefined;
    const read = () => this.parts.history.message(this.roomId, draft.id);
    const message = await this.#unmoved(read).catch(() => {
      throw new ProtocolError("overloaded", "Older messages can't be changed now. Try again soon.");
    });
    if (message === undefined) throw noMessage();
    return message;
  }

  /**
   * Stores a draft as the next event of the log, or finds the event that it already is.
   *
   * @param target what {@link reach} gave
   */
  post(draft: Draft, settle: Settle, target?: Message): void {
    const { user, txnId } = draft;
    const twin = txnId === undefined ? undefined : this.#twins.get(`${user.id} ${txnId}`);
    if (twin !== undefined) return void twin.settle.push(settle);
    const receipt = txnId === undefined ? undefined : this.receipts.recent(user.id, txnId);
    if (receipt !== undefined) return settle(receipt);
    if (this.parts.archiver.full) return settle(new ProtocolError("overloaded"));

    const fresh = txnId === undefined || this.receipts.isNew(user.id, txnId);
    if (fresh && this.#refusal !== undefined) return settle(this.#refusal);
    const targetId = draft.type === "message"
      ? undefined
      : this.#keep(target ?? this.#window.message(draft.id));
    const pending: Pending = { draft, targetId, settle: [settle], fresh };
    this.#pending.push(pending);
    if (txnId !== undefined) this.#twins.set(`${user.id} ${txnId}`, pending);
    if (fresh) this.parts.journal.schedule(this);
    else this.#lookUp(pending, txnId);
  }

  /** Whether the next draft can be numbered: one whose `txnId` is being looked up holds its place. */
  get waiting(): boolean {
    return this.#pending[0]?.fresh ?? false;
  }

  prepare(maxChars: number): LogEvent[] {
    const events: LogEvent[] = [];
    /** What changes of this group make of their messages. */
    const messages = new Map<string, Message>();
    const ts = Math.max(this.parts.now(), this.#window.lastTs);
    for (let chars = 0; this.waiting && chars < maxChars;) {
      const pending = this.#pending[0] as Pending;
      const place = { roomId: this.roomId, seq: this.head + events.length + 1, ts };
      const outcome = this.#outcomeOf(pending, place, messages);
      if (outcome === "later") break;
      this.#pending.shift();
      if ("frame" in outcome) {
        chars += outcome.json.length;
        events.push(outcome);
        this.#inFlight.push(pending);
      } else {
        this.#settle(pending, outcome);
      }
    }
    return events;
  }

  committed(entries: readonly Entry[]): void {
    const drafts = this.#takeInFlight();
    let index = 0;
    let chars = 0;
    for (const { events } of entries) {
      this.#window.push(events);
      for (const event of events) {
        const { frame, facts: { id, seq, ts }, json } = event;
        chars += json.length;
        if (frame.type === "message") this.parts.metrics.messages++;
        else this.#targets.change(frame);
        this.receipts.add(event);
        this.#settle(drafts[index++] as Pending, { id, seq, ts });
      }
    }
    for (const subscriber of this.#subscribers) subscriber.advance(entries);
    for (const committed of this.#followers) committed();
    if (!this.#gone) this.parts.archiver.notify(this, drafts.length, chars);
  }

  failed(): void {
    for (const pending of this.#takeInFlight()) {
      this.#settle(pending, new ProtocolError("save_failed"));
    }
  }

  trimmed(last: number): void {
    for (const event of this.#window.drop(last)) this.receipts.drop(event);
  }

  unarchived(limit: number): LogEvent[] {
    return this.#window.after(this.#archived, limit) ?? [];
  }

  archivedUpTo(seq: number): void {
    if (this.#gone) return;
    this.#archived = seq;
    this.parts.journal.trim(this, seq, Math.min(seq, this.head - this.parts.recentEvents));
  }

  /** Calls `committed` after each commit, until the function is called that it gives. */
  follow(committed: () => void): () => void {
    this.#followers.add(committed);
    return () => this.#followers.delete(committed);
  }

  /** Lets a connection follow the room's events from now on. Others hear of a new user. */
  subscribe(subscriber: Subscriber): void {
    const { user, clientId } = subscriber;
    if (this.presence.enter(user)) {
      this.#tellArrival({ type: "member_joined", roomId: this.roomId, user, clientId });
    }
    this.#subscribers.add(subscriber);
    this.#arrivals.enter(subscriber);
  }

  /** The end of {@link subscribe}. Others hear of it when it was the user's last connection. */
  unsubscribe(subscriber: Subscriber): void {
    if (!this.#subscribers.delete(subscriber)) return;
    const { user, clientId } = subscriber;
    if (this.presence.exit(user)) {
      this.#tellArrival({ type: "member_left", roomId: this.roomId, user, clientId });
    }
  }

  /** How many messages of others came after `seq`, and how many of these name the user. */
  unreadSince(seq: number, user: User): { unread: number; mentions: number } {
    const first = Math.max(seq + 1, this.#window.first);
    const news = this.#window.messages()
      .filter((message) => message.seq >= first && message.userId !== user.id && !message.deleted);
    const mentions = news.filter(({ text }) => isMentioned(text, user.name)).length;
    // Of what is not in memory it is not known whose it was.
    return { unread: first - 1 - seq + news.length, mentions };
  }

  /** Somebody is shown otherwise from now on: those who are here with them hear of it, once. */
  updateUser(user: User): void {
    if (this.presence.update(user)) {
      this.tell({ type: "user_updated", roomId: this.roomId, user });
    }
  }

  /** Tells all who follow the room, but for `except`, something that is not stored. */
  tell(frame: ServerFrame, except?: User): void {
    const json = JSON.stringify(frame);
    // Whoever is told of somebody knows them.
    this.#arrivals.flush();
    for (const subscriber of this.#subscribers) {
      if (subscriber.user.id !== except?.id) subscriber.notify(json);
    }
  }

  /** Events after `seq` that are in memory, or undefined when the next one is older than that. */
  recentAfter(seq: number, limit: number): LogEvent[] | undefined {
    return this.#window.after(seq, limit);
  }

  /**
   * Events after `seq`, from wherever they are, without the texts of deleted messages. Rejects when
   * the archive is needed and away.
   */
  async after(seq: number, limit: number): Promise<LogEvent[]> {
    const recent = this.#window.after(seq, limit);
    if (recent !== undefined) return recent;
    const read = () => this.parts.history.after(this.roomId, seq, limit);
    return this.#window.withoutDeleted(await this.#unmoved(read));
  }

  /**
   * The newest `limit` messages before `seq` as they are now, oldest first. Rejects like
   * {@link after}.
   */
  async before(seq: number, limit: number): Promise<Message[]> {
    const recent = this.#window.messages().filter((message) => message.seq < seq).slice(-limit);
    const first = Math.min(seq, this.#window.first);
    if (recent.length === limit || first <= 1) return recent;
    const read = () => this.parts.history.messagesBefore(this.roomId, first, limit - recent.length);
    return this.asTheyAre([...await this.#unmoved(read), ...recent]);
  }

  /** Messages that were read a moment ago, as they are now. */
  asTheyAre(messages: readonly Message[]): Message[] {
    return this.#window.changed(messages);
  }

  /**
   * A page of history: the newest `limit` messages before `seq`, and whether there are older ones.
   *
   * @throws {ProtocolError} `overloaded` when the archive is needed and away
   */
  async page(seq: number, limit: number): Promise<{ messages: Message[]; more: boolean }> {
    const messages = await this.before(seq, limit).catch(() => {
      throw new ProtocolError("overloaded", "Older messages can't be read now. Try again soon.");
    });
    return { messages, more: (messages[0]?.seq ?? 1) > 1 };
  }

  /**
   * The newest messages of the recent window as a JSON array of a bounded size: made once, however
   * many join.
   */
  recentMessages(): string {
    if (this.#recentJson?.head !== this.head) {
      const recent = this.#window.messages()
        .filter(({ seq }) => seq > this.head - this.parts.recentEvents);
      this.#recentJson = { head: this.head, json: newestOf(recent) };
    }
    return this.#recentJson.json;
  }

  /**
   * Reads the archive again while the window has let go of events that came meanwhile: what was
   * read may lack them, and the window can't tell any more.
   */
  async #unmoved<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      const { head } = this;
      const found = await read();
      if (this.#window.first <= head + 1) return found;
    }
  }

  #tellArrival(frame: ServerFrame): void {
    this.#arrivals.tell(JSON.stringify(frame));
  }

  /**
   * The event of a draft, or what its sender is told when there is none to be. `later` when that
   * would be because of a change in the same group: nobody hears of it before it is on disk.
   */
  #outcomeOf(
    { draft }: Pending,
    place: Place,
    messages: Map<string, Message>,
  ): LogEvent | Receipt | ProtocolError | "later" {
    if (draft.type === "message") return said(draft, place);
    const { id } = draft;
    const message = messages.get(id) ?? this.#targets.get(id);
    const outcome = changeOf(draft, message, place);
    if (!("frame" in outcome)) return messages.has(id) ? "later" : outcome;
    if (message !== undefined && outcome.frame.type !== "message") {
      messages.set(id, withChange(message, outcome.frame));
    }
    return outcome;
  }

  #keep(target: Message | undefined): string | undefined {
    const [now] = target === undefined ? [] : this.asTheyAre([target]);
    if (now !== undefined) this.#targets.keep(now);
    return now?.id;
  }

  async #lookUp(pending: Pending, txnId = ""): Promise<void> {
    let outcome: Receipt | ProtocolError | undefined;
    try {
      outcome = await this.receipts.older(pending.draft.user.id, txnId);
    } catch (error) {
      outcome = error instanceof ProtocolError ? error : new ProtocolError("save_failed");
    }
    if (!this.#pending.includes(pending)) return;
    outcome ??= this.#refusal;
    if (outcome === undefined) {
      pending.fresh = true;
    } else {
      this.#pending.splice(this.#pending.indexOf(pending), 1);
      this.#settle(pending, outcome);
    }
    if (this.waiting) this.parts.journal.schedule(this);
  }

  #settle(pending: Pending, outcome: Receipt | ProtocolError): void {
    const { draft: { user, txnId }, targetId, settle } = pending;
    if (txnId !== undefined) this.#twins.delete(`${user.id} ${txnId}`);
    if (targetId !== undefined) this.#targets.release(targetId);
    for (const each of settle) each(outcome);
  }

  #takeInFlight(): Pending[] {
    const drafts = this.#inFlight;
    this.#inFlight = [];
    return drafts;
  }
}

/** The newest messages as a JSON array: all that fit, at least one. */
function newestOf(messages: readonly Message[]): string {
  const newest: string[] = [];
  let left = MAX_RECENT_CHARS;
  for (const message of messages.toReversed()) {
    const json = JSON.stringify(message);
    left -= json.length;
    if (left < 0 && newest.length > 0) break;
    newest.push(json);
  }
  return `[${newest.reverse().join(",")}]`;
}

/** The event of a change; the receipt of a message that shows it already; or what forbids it. */
function changeOf(
  draft: ChangeDraft,
  message: Message | undefined,
  place: Place,
): LogEvent | Receipt | ProtocolError {
  if (message === undefined) return noMessage();
  try {
    const { id, seq, ts } = message;
    return changed(draft, message, place) ?? { id, seq, ts };
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}
