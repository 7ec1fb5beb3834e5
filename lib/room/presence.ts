/** Presence: who is connected to a room now, by however many connections. */
import type { User } from "../protocol/server_frames.ts";

/** Counts connections per user. */
export class Presence {
  readonly #online = new Map<string, { user: User; connections: number }>();

  /** Adds a connection. True when it is the user's first. */
  enter(user: User): boolean {
    const present = this.#online.get(user.id);
    if (present !== undefined) {
      present.connections++;
      return false;
    }
    this.#online.set(user.id, { user, connections: 1 });
    return true;
  }

  /** Takes a connection away. True when it was the user's last. */
  exit(user: User): boolean {
    const present = this.#online.get(user.id);
    if (present === undefined || --present.connections > 0) return false;
    return this.#online.delete(user.id);
  }

  /** A user is shown otherwise from now on. False when they are not here, or that is known. */
  update(user: User): boolean {
    const present = this.#online.get(user.id);
    if (present === undefined || present.user === user) return false;
    present.user = user;
    return true;
  }

  /** How many users are online. */
  get size(): number {
    return this.#online.size;
  }

  /** The first `limit` users who are online, in the order in which they came. */
  users(limit = Infinity): User[] {
    const users: User[] = [];
    for (const { user } of this.#online.values()) {
      if (users.length >= limit) break;
      users.push(user);
    }
    return users;
  }
}
