/** Users: who people are, and which name is whose. Kept in Deno KV, copied to libSQL. */
import { v7 as uuidv7 } from "uuid";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { nameKey } from "../protocol/text.ts";
import { copyMarker, RESTORE } from "./markers.ts";
import { reindex } from "./people_index.ts";
import type { Profile } from "./profile.ts";

/** A user as stored. */
export interface UserRecord extends User {
  /**
   * An `account` has a password, and its name for good. A `guest` has a name as long as they have
   * a session. A `visitor` only said a name when joining, without a session: the same name is the
   * same visitor, one at a time. A `bot` is a program, which somebody answers for.
   */
  readonly kind: "account" | "guest" | "visitor" | "bot";
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** True for those who may do what is for administrators of the server. */
  readonly administrator?: true;
  /** Unix milliseconds; since then the account can't be used. */
  readonly deactivatedAt?: number;
  /** An account's, in PHC string format. */
  readonly passwordHash?: string;
  /** What they tell about themselves. */
  readonly profile?: Profile;
}

/** Set once an account was made: the first one is the server's administrator. */
const firstAccountKey: Deno.KvKey = ["first_account"];
/** All users' records. */
export const usersKey: Deno.KvKey = ["user"];
/** A user's record. */
export const userKey = (id: string): Deno.KvKey => [...usersKey, id];

const nameEntry = (name: string): Deno.KvKey => ["name", nameKey(name)];

/** What users need to know of those who are here now. */
export interface Holders {
  /** Whether the user is connected. */
  isOnline(userId: string): boolean;
  /** Whether somebody has a session as this user. */
  hasSession(userId: string): Promise<boolean>;
}

/** Every user. A name is one user's at a time, whatever its case or width. */
export class Users {
  constructor(
    private readonly kv: Deno.Kv,
    private readonly holders: Holders,
    private readonly now: () => number = Date.now,
  ) {}

  /** The user with that id. */
  async get(id: string): Promise<UserRecord | undefined> {
    return (await this.kv.get<UserRecord>(userKey(id))).value ?? undefined;
  }

  /** Those of some users that there are, in any order. */
  async many(ids: Iterable<string>): Promise<UserRecord[]> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.get(id)));
    return found.filter((user) => user !== undefined);
  }

  /** The user who has that name now. */
  async named(name: string): Promise<UserRecord | undefined> {
    const { value } = await this.kv.get<string>(nameEntry(name));
    return value === null ? undefined : await this.get(value);
  }

  /**
   * Somebody to talk to in private: only who holds a name can be told from others who say it.
   *
   * @throws {ProtocolError} `not_found` when nobody holds that name, `forbidden` for oneself
   */
  async partner(name: string, self: User): Promise<UserRecord> {
    const other = await this.named(name);
    if (other === undefined) throw new ProtocolError("not_found", `Nobody is called ${name} here.`);
    if (other.id === self.id) {
      throw new ProtocolError("forbidden", "That is you. Choose somebody else.");
    }
    if (other.kind !== "visitor") return other;
    throw new ProtocolError(
      "forbidden",
      `${other.name} has no session here, so a private room would not be private.`,
    );
  }

  /**
   * Takes a name for somebody, and starts their session in the same atomic operation: a name that
   * is held is never seen without one.
   *
   * @throws {ProtocolError} `username_taken`
   */
  claim(
    name: string,
    startSession: (atomic: Deno.AtomicOperation, userId: string) => void,
  ): Promise<UserRecord> {
    return this.#take(name, "guest", startSession);
  }

  /**
   * The visitor of that name: the same one as before, or a new one.
   *
   * @throws {ProtocolError} `username_taken` when somebody has the name, or the visitor is here already
   */
  visitor(name: string): Promise<UserRecord> {
    return this.#take(name, "visitor");
  }

  /**
   * Makes an account: of the guest who asks, who stays the same person, or of a name that is free.
   *
   * @param alongside what else belongs to it, in the same atomic operation
   * @throws {ProtocolError} `username_taken`
   */
  async register(
    name: string,
    guest: User | undefined,
    passwordHash: string,
    alongside: (atomic: Deno.AtomicOperation, userId: string) => void,
  ): Promise<UserRecord> {
    const first = await this.#firstAccount();
    const more = { passwordHash, ...(first && { administrator: true as const }) };
    const all = (atomic: Deno.AtomicOperation, userId: string) => {
      if (first) atomic.check(first).set(firstAccountKey, true);
      alongside(atomic, userId);
    };
    try {
      return await this.#makeAccount(name, guest, all, more);
    } catch (error) {
      // Somebody else was first, by whatever name: this one may be free all the same.
      const beaten = first !== undefined && await this.#firstAccount() === undefined;
      if (!beaten) throw error;
      return await this.register(name, guest, passwordHash, alongside);
    }
  }

  async #makeAccount(
    name: string,
    guest: User | undefined,
    alongside: (atomic: Deno.AtomicOperation, userId: string) => void,
    more: Pick<UserRecord, "passwordHash" | "administrator">,
  ): Promise<UserRecord> {
    if (guest === undefined || nameKey(guest.name) !== nameKey(name)) {
      return await this.#take(name, "account", alongside, more);
    }
    const entry = await this.kv.get<UserRecord>(userKey(guest.id));
    if (entry.value?.kind !== "guest") throw new ProtocolError("username_taken");
    const user: UserRecord = { ...entry.value, kind: "account", ...more };
    const atomic = this.kv.atomic()
      .check(entry)
      .set(userKey(user.id), user)
      .set(copyMarker("user", user.id), true);
    alongside(atomic, user.id);
    if (!(await atomic.commit()).ok) throw new ProtocolError("username_taken");
    return user;
  }

  /**
   * Changes a user's record; tries again when something else changed it meanwhile.
   *
   * @throws {ProtocolError} `not_found` when there is none; what `change` throws
   */
  async change(id: string, change: (user: UserRecord) => UserRecord): Promise<UserRecord> {
    for (;;) {
      const entry = await this.kv.get<UserRecord>(userKey(id));
      if (entry.value === null) throw new ProtocolError("not_found", "There is no such person.");
      const user = change(entry.value);
      const { ok } = await this.kv.atomic()
        .check(entry)
        .set(userKey(id), user)
        .set(copyMarker("user", id), true)
        .commit();
      if (ok) return user;
    }
  }

  /** Accounts by id, which is the order in which they came: at most `limit` after `cursor`. */
  async accounts(cursor: string | undefined, limit: number): Promise<UserRecord[]> {
    const accounts: UserRecord[] = [];
    const selector: Deno.KvListSelector = cursor === undefined
      ? { prefix: usersKey }
      : { prefix: usersKey, start: [...userKey(cursor), 0] };
    for await (const { value } of this.kv.list<UserRecord>(selector)) {
      if (value.kind === "account" && accounts.push(value) === limit) break;
    }
    return accounts;
  }

  /**
   * Makes sure that it is known whether there is an account. Accounts of an older version had no
   * administrator: none of those who come later becomes one by chance.
   */
  async ensureFirstAccountKnown(): Promise<void> {
    if ((await this.kv.get(firstAccountKey)).value !== null) return;
    if ((await this.accounts(undefined, 1)).length > 0) await this.kv.set(firstAccountKey, true);
  }

  /**
   * The bot of that name: the owner's own one, or a new one.
   *
   * @throws {ProtocolError} `username_taken` when somebody else has the name
   */
  async bot(name: string, owner: User): Promise<UserRecord> {
    const known = await this.named(name);
    if (known?.kind === "bot" && known.ownerId === owner.id) return known;
    return await this.#take(name, "bot", () => {}, { ownerId: owner.id });
  }

  /** Keeps another hash of the same password; a change that came between stays. */
  async renewHash(user: UserRecord, passwordHash: string): Promise<void> {
    const entry = await this.kv.get<UserRecord>(userKey(user.id));
    if (entry.value?.passwordHash !== user.passwordHash) return;
    await this.kv.atomic()
      .check(entry)
      .set(userKey(user.id), { ...entry.value, passwordHash })
      .set(copyMarker("user", user.id), true)
      .commit();
  }

  /** Puts a user back as they were; their name, too, unless somebody had it after them. */
  async restore(user: UserRecord): Promise<void> {
    if (user.kind === "account") await this.kv.set(firstAccountKey, true);
    await this.kv.atomic()
      .check({ key: userKey(user.id), versionstamp: null })
      .set(userKey(user.id), user)
      .commit();
    const entry = await this.kv.get<string>(nameEntry(user.name));
    // A name goes on to new people only, whose ids are greater (UUIDv7).
    if (entry.value !== null && entry.value >= user.id) return;
    const former = entry.value === null ? undefined : await this.get(entry.value);
    const atomic = this.kv.atomic().check(entry).set(nameEntry(user.name), user.id);
    reindex(atomic, former, user);
    await atomic.commit();
  }

  /** What must still hold when the first account is made; undefined when there is one. */
  async #firstAccount(): Promise<Deno.AtomicCheck | undefined> {
    const [first, restore] = await this.kv.getMany([firstAccountKey, RESTORE]);
    // Accounts that libSQL has copies of may still come back.
    return first.value === null && restore.value === null ? first : undefined;
  }

  async #take(
    name: string,
    kind: UserRecord["kind"],
    alongside: (atomic: Deno.AtomicOperation, userId: string) => void = () => {},
    more: Pick<UserRecord, "passwordHash" | "ownerId" | "administrator"> = {},
  ): Promise<UserRecord> {
    const entry = await this.kv.get<string>(nameEntry(name));
    const holder = entry.value === null ? undefined : await this.get(entry.value);
    if (holder !== undefined && await this.#isTaken(holder)) {
      throw new ProtocolError("username_taken");
    }
    if (holder?.kind === "visitor" && kind === "visitor") return holder;
    // A guest's name that nobody holds any more goes to somebody new, who must not get the old
    // holder's private rooms. A visitor had none, and stays the same person.
    const user: UserRecord = holder?.kind === "visitor"
      ? { ...holder, kind, ...more }
      : { id: uuidv7(), name, kind, createdAt: this.now(), ...more };
    const atomic = this.kv.atomic()
      .check(entry)
      .set(nameEntry(name), user.id)
      .set(userKey(user.id), user)
      .set(copyMarker("user", user.id), true);
    // Who has lost their name is not found by it any more.
    reindex(atomic, holder, user);
    alongside(atomic, user.id);
    const result = await atomic.commit();
    if (!result.ok) throw new ProtocolError("username_taken");
    return user;
  }

  async #isTaken({ id, kind }: UserRecord): Promise<boolean> {
    return kind === "account" || kind === "bot" || this.holders.isOnline(id) ||
      (kind === "guest" && await this.holders.hasSession(id));
  }
}
