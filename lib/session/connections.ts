/** All sessions that are open now, and whose they are. */

/** A session, as far as others may reach into it. */
export interface OpenSession {
  /** Tells its client that the server stops. */
  shutDown(): void;
  /** Tells its client what another connection of the same user has read. */
  tellRead(roomId: number, seq: number): void;
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

  /** The open sessions of a user. */
  of(userId: string): Iterable<OpenSession> {
    return this.#byUser.get(userId) ?? [];
  }

  /** Closes them all, and those that still come, because the server stops. */
  shutDown(): void {
    this.#stopping = true;
    for (const session of this.#sessions) session.shutDown();
  }
}
