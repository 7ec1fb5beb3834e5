/** Login sessions: random tokens, of which only the hash is kept. */
import { hashOf, newSecret } from "./secret.ts";

/** A session lasts this long after it was last used. */
export const SESSION_MS = 30 * 24 * 3_600_000;
/** How old the last noted use must be before a use is written down again. */
const NOTE_MS = 24 * 3_600_000;

interface SessionRecord {
  readonly userId: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

const sessionKey = (hash: string): Deno.KvKey => ["session", hash];
const userSessionsKey = (userId: string): Deno.KvKey => ["user_session", userId];
const userSessionKey = (userId: string, hash: string): Deno.KvKey => [
  ...userSessionsKey(userId),
  hash,
];

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
  async issue(): Promise<{
    token: string;
    start: (atomic: Deno.AtomicOperation, userId: string) => void;
  }> {
    const token = newSecret();
    const hash = await hashOf(token);
    return { token, start: (atomic, userId) => this.#write(atomic, hash, userId) };
  }

  /** Starts a session by itself, and gives its token. */
  async begin(userId: string): Promise<string> {
    const { token, start } = await this.issue();
    const atomic = this.kv.atomic();
    start(atomic, userId);
    await atomic.commit();
    return token;
  }

  /** Whose session it is; undefined when it is unknown or over. Using it makes it last. */
  async userId(token: string): Promise<string | undefined> {
    const hash = await hashOf(token);
    const { value } = await this.kv.get<SessionRecord>(sessionKey(hash));
    const now = this.now();
    if (value === null || value.expiresAt <= now) return undefined;
    if (value.expiresAt < now + SESSION_MS - NOTE_MS) {
      const atomic = this.kv.atomic();
      this.#write(atomic, hash, value.userId);
      await atomic.commit();
    }
    return value.userId;
  }

  /** Ends a session. */
  async end(token: string): Promise<void> {
    const hash = await hashOf(token);
    const { value } = await this.kv.get<SessionRecord>(sessionKey(hash));
    if (value === null) return;
    await this.kv.atomic()
      .delete(sessionKey(hash))
      .delete(userSessionKey(value.userId, hash))
      .commit();
  }

  /** Whether a user has a session that is not over. */
  async hasAny(userId: string): Promise<boolean> {
    const list = this.kv.list<SessionRecord>({ prefix: userSessionsKey(userId) });
    for await (const { value } of list) if (value.expiresAt > this.now()) return true;
    return false;
  }

  #write(atomic: Deno.AtomicOperation, hash: string, userId: string): void {
    const session: SessionRecord = { userId, expiresAt: this.now() + SESSION_MS };
    const expireIn = SESSION_MS;
    atomic.set(sessionKey(hash), session, { expireIn });
    atomic.set(userSessionKey(userId, hash), session, { expireIn });
  }
}
