/** A session: one connected client, whatever the transport. Commands in, frames out. */
import type { People } from "../directory/people.ts";
import { asName } from "../directory/profile.ts";
import type { ReadMarks } from "../directory/read_marks.ts";
import { admitted, roomInfo } from "../directory/room_record.ts";
import type { RoomDirectory } from "../directory/rooms.ts";
import { type Log, reason } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { ClientFrame, ClientFrameOf, Parsed } from "../protocol/client_frames.ts";
import { CLOSE, ProtocolError } from "../protocol/errors.ts";
import { ackFrame } from "../protocol/event.ts";
import type {
  JoinedFrame,
  LeftReason,
  Message,
  RoomInfo,
  ServerFrame,
  User,
} from "../protocol/server_frames.ts";
import type { Draft } from "../room/draft.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import type { Connections, OpenSession } from "./connections.ts";
import type { Egress } from "./egress.ts";
import { Outlet } from "./outlet.ts";
import type { RateLimit } from "./rate_limit.ts";
import { Subscription } from "./subscription.ts";
import type { Transport } from "./transport.ts";

/** A client that missed more events than this starts anew instead of resuming. */
const MAX_RESUME_EVENTS = 10_000;
/** How often a session that is about to end is looked at, in milliseconds. */
const SETTLE_POLL_MS = 5;
/** How many commands of one client may wait for an earlier one before it is too much. */
const MAX_WAITING = 1000;
/** Commands that everybody in a room is told of: they have a limit of their own, by user. */
const COUNTED: ReadonlySet<ClientFrame["type"]> = new Set(["message", "edit", "delete", "react"]);

/** Who a token, or a mere name, stands for. */
export interface Identities {
  /** The user whose token it is. */
  byToken(token: string): Promise<User | undefined>;
  /**
   * The visitor of that name.
   *
   * @throws {ProtocolError} `username_taken`; `unauthenticated` where guests are not allowed
   */
  visitor(name: string): Promise<User>;
}

/** What a session needs of the rest. */
export interface SessionParts {
  readonly rooms: Rooms;
  readonly directory: RoomDirectory;
  readonly readMarks: ReadMarks;
  readonly identities: Identities;
  readonly people: People;
  readonly connections: Connections;
  /** Whether a user may delete what others wrote. */
  mayModerate(user: User, roomId: number): Promise<boolean>;
  /** Of messages and their changes, by user. */
  readonly rateLimit: RateLimit;
  /** Of all other commands, by connection: each costs the server something, too. */
  readonly commandLimit: RateLimit;
  readonly egress: Egress;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly parse: (text: string) => Parsed;
}

/** Does what a client asks, in the order in which it asks. */
export class Session implements OpenSession {
  readonly clientId = crypto.randomUUID();
  readonly #outlet: Outlet;
  readonly #subscriptions = new Map<number, Subscription>();
  /** Commands behind one that is still at work, such as a message right after its join. */
  #waiting: ClientFrame[] | undefined;
  /** The room that a join is about to enter. */
  #entering: number | undefined;
  /** What was handed to a room and is not on disk yet. */
  #unsettled = 0;
  #ignores = false;
  #closed = false;

  constructor(
    transport: Transport,
    private readonly parts: SessionParts,
    private user: User | undefined,
  ) {
    this.#outlet = new Outlet(transport, parts.metrics, parts.egress);
    parts.connections.add(this);
    if (user !== undefined) parts.connections.identify(this, user.id);
    this.#hello();
  }

  /** Takes one frame of the client. Whatever is wrong with it is answered, not thrown. */
  receive(text: string): void {
    if (this.#ignores) return;
    const parsed = this.parts.parse(text);
    if ("error" in parsed) return this.#refuse(parsed.error, parsed);
    if (this.#waiting === undefined) return this.#perform(parsed.frame);
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(parsed.frame);
    else this.#refuse(new ProtocolError("overloaded"), parsed.frame);
  }

  /** Says what is wrong with something that never became a frame. */
  reject(error: ProtocolError): void {
    this.#refuse(error, {});
  }

  /** Whether it is known whose session this is. */
  get identified(): boolean {
    return this.user !== undefined;
  }

  /** Resolves when all that the client asked for so far has been answered, or after `ms`. */
  async settled(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while ((this.#waiting !== undefined || this.#unsettled > 0) && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS));
    }
  }

  /** The connection is gone: others hear of it. */
  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const subscription of this.#subscriptions.values()) subscription.stop();
    this.#subscriptions.clear();
    this.parts.connections.delete(this, this.user?.id);
  }

  ignore(): void {
    this.#ignores = true;
  }

  /** The server stops: the client should come back and resume. */
  shutDown(): void {
    this.#outlet.close(CLOSE.RESTART, "the server restarts");
  }

  signOut(): void {
    this.#outlet.close(CLOSE.SIGNED_OUT, "sign in again");
    this.closed();
  }

  tell(frame: ServerFrame & { readonly roomId: number }): void {
    if (this.#subscriptions.has(frame.roomId)) this.#outlet.send(frame);
  }

  expel(roomId: number, reason: LeftReason): void {
    // A join that is at work may have asked the directory a moment too early.
    if (this.#entering === roomId) this.#entering = undefined;
    const subscription = this.#subscriptions.get(roomId);
    if (subscription === undefined) return;
    subscription.stop();
    this.#subscriptions.delete(roomId);
    this.#outlet.send({ type: "left", roomId, reason });
  }

  rooms(): Room[] {
    return [...this.#subscriptions.values()].map(({ room }) => room);
  }

  /** The user is shown otherwise from now on. */
  changed(user: User): void {
    this.user = user;
    for (const { room } of this.#subscriptions.values()) room.updateUser(user);
  }

  #perform(frame: ClientFrame): void {
    try {
      if (!this.#mayAsk(frame)) return;
      const work = this.#act(frame);
      if (work !== undefined) this.#await(work, frame);
    } catch (error) {
      this.#refuse(error, frame);
    }
  }

  /** Whether a command is within its limit. Typing beyond it is dropped: it was best effort. */
  #mayAsk({ type }: ClientFrame): boolean {
    // These count as messages, for the user.
    if (COUNTED.has(type)) return true;
    const retryAfter = this.parts.commandLimit.take(this.clientId);
    if (retryAfter > 0 && type !== "typing") {
      throw new ProtocolError("rate_limited", undefined, retryAfter);
    }
    return retryAfter === 0;
  }

  /** Lets later commands wait until this one is done. */
  async #await(work: Promise<void>, frame: ClientFrame): Promise<void> {
    const waiting: ClientFrame[] = this.#waiting = [];
    try {
      await work;
    } catch (error) {
      this.#refuse(error, frame);
    }
    this.#waiting = undefined;
    while (waiting.length > 0 && this.#waiting === undefined && !this.#closed) {
      this.#perform(waiting.shift() as ClientFrame);
    }
    // One of them takes its time, too: the rest goes on waiting, in front of what came since.
    (this.#waiting as ClientFrame[] | undefined)?.unshift(...waiting);
  }

  #act(frame: ClientFrame): Promise<void> | void {
    switch (frame.type) {
      case "message":
        return this.#post(frame);
      case "edit":
      case "delete":
      case "react":
        return this.#change(frame);
      case "typing":
        return this.#typing(frame.roomId);
      case "ping":
        return this.#outlet.send({ type: "pong", txnId: frame.txnId });
      case "list":
        return this.#list(frame);
      case "leave":
        return this.#leave(frame);
      case "join":
        return this.#join(frame);
      case "auth":
        return this.#authenticate(frame);
      case "history":
        return this.#history(frame);
      case "read":
        return this.#read(frame);
    }
  }

  #post(frame: ClientFrameOf<"message">): void {
    const { user } = this.#joined(frame.roomId);
    this.#count(user);
    this.#store(frame, { ...frame, user });
  }

  async #change(frame: ClientFrameOf<"edit" | "delete" | "react">): Promise<void> {
    const { room, user } = this.#joined(frame.roomId);
    this.#count(user);
    const draft: Draft = frame.type === "delete"
      ? { ...frame, user, moderates: await this.parts.mayModerate(user, frame.roomId) }
      : { ...frame, user };
    this.#store(frame, draft, await room.reach(draft));
  }

  /** Counts something that everybody will be told. */
  #count(user: User): void {
    const retryAfter = this.parts.rateLimit.take(user.id);
    if (retryAfter > 0) throw new ProtocolError("rate_limited", undefined, retryAfter);
  }

  #store(frame: { roomId: number; txnId?: string }, draft: Draft, target?: Message): void {
    const { roomId, txnId } = frame;
    const { room } = this.#joined(roomId);
    this.#unsettled++;
    room.post(draft, (outcome) => {
      this.#unsettled--;
      if (outcome instanceof ProtocolError) return this.#refuse(outcome, frame);
      this.#outlet.send(ackFrame(roomId, outcome, txnId));
    }, target);
  }

  #typing(roomId: number): void {
    const { room, user } = this.#joined(roomId);
    room.tell({ type: "typing", roomId, user: asName(user) }, user);
  }

  #list({ roomId, txnId }: ClientFrameOf<"list">): void {
    const { room } = this.#joined(roomId);
    this.#outlet.send({ type: "list", txnId, roomId, members: room.presence.users() });
  }

  #leave({ roomId, txnId }: ClientFrameOf<"leave">): void {
    this.#joined(roomId).stop();
    this.#subscriptions.delete(roomId);
    this.#outlet.send({ type: "left", txnId, roomId });
  }

  async #authenticate({ token, txnId }: ClientFrameOf<"auth">): Promise<void> {
    const user = await this.parts.identities.byToken(token);
    if (user === undefined) {
      throw new ProtocolError("unauthenticated", "That token is not valid, or not any more.");
    }
    if (this.user !== undefined && this.user.id !== user.id) {
      throw new ProtocolError("forbidden", "This connection belongs to somebody else already.");
    }
    this.#become(user);
    this.#hello(txnId);
  }

  async #join(frame: ClientFrameOf<"join">): Promise<void> {
    const user = this.user ?? await this.#visitor(frame.username);
    this.#entering = frame.roomId;
    const { room, info } = await this.#enter(frame.roomId, user);
    const resumed = await this.#canResume(room, frame);
    const readSeq = await this.#readSeq(room, user);
    if (this.#closed) return;
    if (this.#entering !== frame.roomId) throw new ProtocolError("not_found");

    // Shown otherwise by now, perhaps.
    const self = this.user ?? user;
    const former = this.#subscriptions.get(room.roomId);
    const cursor = resumed ? frame.after ?? 0 : room.head;
    const subscription = new Subscription(
      room,
      self,
      this.#outlet,
      this.parts.metrics,
      this,
      cursor,
    );
    this.#subscriptions.set(room.roomId, subscription);
    this.#sendJoined(room, {
      type: "joined",
      txnId: frame.txnId,
      roomId: room.roomId,
      room: info,
      self,
      members: withSelf(room.presence.users(), self),
      head: room.head,
      epoch: room.epoch,
      readSeq,
      resumed,
    });
    subscription.start();
    // Only now, so that nobody sees the user leave and come back.
    former?.stop();
  }

  /** What was said before somebody's first visit is not news to them when they come again. */
  async #readSeq({ roomId, head }: Room, user: User): Promise<number> {
    const { readMarks } = this.parts;
    const seq = await readMarks.get(user.id, roomId);
    if (seq === undefined) await readMarks.set(user.id, roomId, head);
    return seq ?? 0;
  }

  async #history({ roomId, before, limit, txnId }: ClientFrameOf<"history">): Promise<void> {
    const { room } = this.#joined(roomId);
    const page = await room.page(before ?? room.head + 1, limit);
    const people = await this.parts.people.shown(page.messages.map(({ userId }) => userId));
    this.#joined(roomId);
    const messages = room.asTheyAre(page.messages);
    this.#outlet.send({ type: "history", txnId, roomId, messages, more: page.more, people });
  }

  async #read({ roomId, seq }: ClientFrameOf<"read">): Promise<void> {
    const { room, user } = this.#joined(roomId);
    const upTo = Math.min(seq, room.head);
    if (!await this.parts.readMarks.set(user.id, roomId, upTo)) return;
    this.parts.connections.tell(user.id, { type: "read", roomId, seq: upTo }, this);
  }

  #joined(roomId: number): Subscription {
    const subscription = this.#subscriptions.get(roomId);
    if (subscription === undefined) throw new ProtocolError("not_joined");
    return subscription;
  }

  async #visitor(name: string | undefined): Promise<User> {
    if (name === undefined) throw new ProtocolError("unauthenticated");
    const user = await this.parts.identities.visitor(name);
    // Whoever came first while this was looked up has the name.
    if (this.parts.connections.isOnline(user.id)) throw new ProtocolError("username_taken");
    this.#become(user);
    return user;
  }

  #become(user: User): void {
    if (this.#closed) return;
    this.parts.connections.identify(this, user.id);
    this.user = user;
  }

  async #enter(roomId: number, user: User): Promise<{ room: Room; info: RoomInfo }> {
    const { rooms, directory } = this.parts;
    admitted(await directory.get(roomId), user);
    const room = await rooms.wake(roomId);
    // What is shown of it is what it is now: it may have changed while it woke.
    return { room, info: roomInfo(admitted(await directory.get(roomId), user), user) };
  }

  /** Whether all that the client lacks can be had. */
  async #canResume(room: Room, { after, epoch }: ClientFrameOf<"join">): Promise<boolean> {
    if (after === undefined || after > room.head || (epoch ?? room.epoch) !== room.epoch) {
      return false;
    }
    if (room.head - after > MAX_RESUME_EVENTS) return false;
    return await room.after(after, 1).then(() => true, () => false);
  }

  /** Adds the history as the JSON that the room made once for all who join. */
  #sendJoined(room: Room, frame: Omit<JoinedFrame, "history">): void {
    const history = frame.resumed ? "[]" : room.recentMessages();
    this.#outlet.sendJson(`${JSON.stringify(frame).slice(0, -1)},"history":${history}}`);
  }

  #hello(txnId?: string): void {
    this.#outlet.send({ type: "hello", clientId: this.clientId, user: this.user ?? null, txnId });
  }

  #refuse(error: unknown, about: { txnId?: string; roomId?: number }): void {
    const { code, message, retryAfter } = this.#known(error);
    const { txnId, roomId } = about;
    this.parts.metrics.error(code);
    this.#outlet.send({ type: "error", code, message, txnId, roomId, retryAfter });
  }

  #known(error: unknown): ProtocolError {
    if (error instanceof ProtocolError) return error;
    this.parts.log.error("a command could not be done", { reason: reason(error) });
    return new ProtocolError("overloaded", "That did not work. Try again soon.");
  }
}

function withSelf(members: User[], self: User): User[] {
  return members.some(({ id }) => id === self.id) ? members : [...members, self];
}
