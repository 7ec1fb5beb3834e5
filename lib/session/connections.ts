/** All sessions that are open now, and whose they are. */
import type { LeftReason, ServerFrame, User } from "../protocol/server_frames.ts";

/** A session, as far as others may reach into it. */
export interface OpenSession {
  /** Takes nothing more from its client; what was taken is still answered. */
  ignore(): void;
  /** Tells its client that the server stops. */
  shutDown(): void;
  /** Tells its client something about a room, if it follows that room. */
  tell(frame: ServerFrame & { readonly roomId: number }): void;
  /** Tells its client that it has to prove again who it is. */
  signOut(): void;
  /** Ends its stay in a room, or its way into it, in this very moment. */
  expel(roomId: number, reason: LeftReason): void;
  /** The rooms that it follows. */
  rooms(): Iterable<{ roomId: number; tell(frame: ServerFrame, except: User): void }>;
  /** Its user is shown otherwise from now on. */
  changed(user: User): void;
}

/** Open sessions, by user. */
export class Connections {
  readonly #sessions = new Set<OpenSession>();
  readonly #byUser = new Map<string, Set<OpenSession>>();
  #stopping = false;

  /** How many there are, with or without a user. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Adds a session, or turns it away when the server stops. */
  add(session: OpenSession): void {
    if (this.#stopping) return session.shutDown();
    this.#sessions.add(session);
  }

  /** Says whose session it is. */
  identify(session: OpenSession, userId: string): void {
    const sessions = this.#byUser.get(userId);
    if (sessions === undefined) this.#byUser.set(userId, new Set([session]));
    else sessions.add(session);
  }

  /** Takes a session away. */
  delete(session: OpenSession, userId: string | undefined): void {
    this.#sessions.delete(session);
    if (userId === undefined) return;
    const sessions = this.#byUser.get(userId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#byUser.delete(userId);
  }

  /** Whether the user has an open session. */
  isOnline(userId: string): boolean {
    return this.#byUser.has(userId);
  }

  /** Tells a user something about a room by all connections that follow it, but for one. */
  tell(
    userId: string,
    frame: ServerFrame & { readonly roomId: number },
    except?: OpenSession,
  ): void {
    for (const session of this.#byUser.get(userId) ?? []) {
      if (session !== except) session.tell(frame);
    }
  }

  /** Closes all connections of a user: those who still have a session come back by themselves. */
  signOut(userId: string): void {
    for (const session of [...this.#byUser.get(userId) ?? []]) session.signOut();
  }

  /** Ends the stay in a room of one user, or of everybody, by all connections. */
  expel(userId: string | undefined, roomId: number, reason: LeftReason): void {
    const sessions = userId === undefined ? this.#sessions : this.#byUser.get(userId);
    for (const session of sessions ?? []) session.expel(roomId, reason);
  }

  /** Tells all rooms where somebody is, each once. */
  tellRooms(user: User, frameOf: (roomId: number) => ServerFrame): void {
    const told = new Set<number>();
    for (const session of this.#byUser.get(user.id) ?? []) {
      for (const room of session.rooms()) {
        if (told.has(room.roomId)) continue;
        told.add(room.roomId);
        room.tell(frameOf(room.roomId), user);
      }
    }
  }

  /** Somebody is shown otherwise from now on: the rooms that they are in hear of it. */
  changed(user: User): void {
    for (const session of this.#byUser.get(user.id) ?? []) session.changed(user);
  }

  /** Takes nothing more from any of them, and closes those that still come: the server stops. */
  ignore(): void {
    this.#stopping = true;
    for (const session of this.#sessions) session.ignore();
  }

  /** Closes them all, because the server stops. */
  shutDown(): void {
    for (const session of this.#sessions) session.shutDown();
  }
}
