/** Login sessions: random tokens, of which only the hash is kept. */
import { hashOf, newSecret } from "./secret.ts";

/** A session lasts this long after it was last used. */
export const SESSION_MS = 30 * 24 * 3_600_000;
/** How old the last noted use must be before a use is written down again. */
const NOTE_MS = 3_600_000;

/** Where a session was begun, as its holder may want to see it again. */
export interface SessionOrigin {
  /** The client's address. */
  readonly address: string;
  /** Its `User-Agent`, shortened. */
  readonly agent: string;
}

/** A session, as its holder may see it. */
export interface SessionInfo extends SessionOrigin {
  /** Names the session; it opens nothing. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Unix milliseconds, to the hour. */
  readonly usedAt: number;
}

interface SessionRecord extends Partial<SessionOrigin> {
  readonly userId: string;
  /** Unix milliseconds. Of sessions of an older version it is not known. */
  readonly createdAt?: number;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

const sessionKey = (hash: string): Deno.KvKey => ["session", hash];
const userSessionsKey = (userId: string): Deno.KvKey => ["user_session", userId];
const userSessionKey = (userId: string, hash: string): Deno.KvKey => [
  ...userSessionsKey(userId),
  hash,
];

/** Begins sessions as part of somebody's atomic operation. */
export interface IssuedSession {
  readonly token: string;
  readonly start: (atomic: Deno.AtomicOperation, userId: string) => void;
}

/** Sessions in Deno KV. A stolen database opens none of them. */
export class Sessions {
  constructor(
    private readonly kv: Deno.Kv,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * A new session's token (256 random bits, base64url), known to its holder alone, and what
   * starts the session as part of somebody's atomic operation.
   */
  issue(origin: SessionOrigin): IssuedSession {
    const token = newSecret();
    const hash = hashOf(token);
    const createdAt = this.now();
    return {
      token,
      start: (atomic, userId) => this.#write(atomic, hash, { ...origin, userId, createdAt }),
    };
  }

  /** Starts a session by itself, and gives its token. */
  async begin(userId: string, origin: SessionOrigin): Promise<string> {
    const { token, start } = this.issue(origin);
    const atomic = this.kv.atomic();
    start(atomic, userId);
    await atomic.commit();
    return token;
  }

  /** Whose session it is; undefined when it is unknown or over. Using it makes it last. */
  async userId(token: string): Promise<string | undefined> {
    const hash = hashOf(token);
    const entry = await this.kv.get<SessionRecord>(sessionKey(hash));
    const { value } = entry;
    const now = this.now();
    if (value === null || value.expiresAt <= now) return undefined;
    if (value.expiresAt < now + SESSION_MS - NOTE_MS) {
      // A session that somebody ends at this moment stays ended.
      const atomic = this.kv.atomic().check(entry);
      this.#write(atomic, hash, value);
      await atomic.commit();
    }
    return value.userId;
  }

  /** Names the session of a token, as {@link of} does. */
  idOf(token: string): string {
    return idOf(hashOf(token));
  }

  /** A user's sessions, the last used first. */
  async of(userId: string): Promise<SessionInfo[]> {
    const sessions = (await this.#live(userId)).map(({ hash, record }): SessionInfo => {
      const { createdAt, address = "", agent = "", expiresAt } = record;
      const usedAt = expiresAt - SESSION_MS;
      return { id: idOf(hash), createdAt: createdAt ?? usedAt, usedAt, address, agent };
    });
    return sessions.sort((a, b) => b.usedAt - a.usedAt || b.createdAt - a.createdAt);
  }

  /** Ends a session, and says whose it was; undefined when there is none. */
  async end(token: string): Promise<string | undefined> {
    const hash = hashOf(token);
    const { value } = await this.kv.get<SessionRecord>(sessionKey(hash));
    if (value !== null) await this.#delete(value.userId, hash);
    return value?.userId;
  }

  /** Ends a user's session by its name. False when there is none of that name. */
  async endOne(userId: string, id: string): Promise<boolean> {
    const session = (await this.#live(userId)).find(({ hash }) => idOf(hash) === id);
    if (session !== undefined) await this.#delete(userId, session.hash);
    return session !== undefined;
  }

  /** Ends all sessions of a user, but for the one of that name. */
  async endAll(userId: string, exceptId?: string): Promise<void> {
    for (const { hash } of await this.#live(userId)) {
      if (idOf(hash) !== exceptId) await this.#delete(userId, hash);
    }
  }

  /** What ends all sessions that a user has now as part of somebody's atomic operation. */
  async ending(userId: string): Promise<(atomic: Deno.AtomicOperation) => void> {
    const live = await this.#live(userId);
    return (atomic) => {
      for (const { hash } of live) {
        atomic.delete(sessionKey(hash)).delete(userSessionKey(userId, hash));
      }
    };
  }

  /** Whether a user has a session that is not over. */
  async hasAny(userId: string): Promise<boolean> {
    return (await this.#live(userId)).length > 0;
  }

  async #live(userId: string): Promise<{ hash: string; record: SessionRecord }[]> {
    const list = this.kv.list<SessionRecord>({ prefix: userSessionsKey(userId) });
    const all = await Array.fromAsync(list, ({ key, value }) => ({
      hash: String(key.at(-1)),
      record: value,
    }));
    return all.filter(({ record }) => record.expiresAt > this.now());
  }

  async #delete(userId: string, hash: string): Promise<void> {
    await this.kv.atomic()
      .delete(sessionKey(hash))
      .delete(userSessionKey(userId, hash))
      .commit();
  }

  #write(
    atomic: Deno.AtomicOperation,
    hash: string,
    record: Omit<SessionRecord, "expiresAt">,
  ): void {
    const session: SessionRecord = { ...record, expiresAt: this.now() + SESSION_MS };
    const expireIn = SESSION_MS;
    atomic.set(sessionKey(hash), session, { expireIn });
    atomic.set(userSessionKey(record.userId, hash), session, { expireIn });
  }
}

function idOf(hash: string): string {
  return hash.slice(0, 16);
}
