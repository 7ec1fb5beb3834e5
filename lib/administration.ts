/** What administrators of the server do: with accounts, with registration; and the record of it. */
import type { Bots } from "./auth/bots.ts";
import type { SessionInfo, Sessions } from "./auth/sessions.ts";
import type { AuditEntry, AuditLog } from "./directory/audit.ts";
import { asName } from "./directory/profile.ts";
import type { Settings } from "./directory/settings.ts";
import type { UserRecord, Users } from "./directory/users.ts";
import { ProtocolError } from "./protocol/errors.ts";
import type { User } from "./protocol/server_frames.ts";
import type { Connections } from "./session/connections.ts";

/** An account as administrators see it. */
export interface Account extends User {
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly online: boolean;
  readonly administrator: boolean;
  readonly deactivated: boolean;
}

/** What administration rests on. */
export interface AdministrationParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly bots: Bots;
  readonly settings: Settings;
  readonly connections: Connections;
  readonly audit: AuditLog;
  readonly now: () => number;
}

/** Every act is for administrators alone, and is noted. To all others it is `forbidden`. */
export class Administration {
  constructor(private readonly parts: AdministrationParts) {}

  /** Whether a user is an administrator of this server. */
  async is(userId: string): Promise<boolean> {
    const user = await this.parts.users.get(userId);
    return user?.administrator === true && user.deactivatedAt === undefined;
  }

  /**
   * Lets administrators through.
   *
   * @throws {ProtocolError} `forbidden`
   */
  async expect(user: User): Promise<void> {
    if (await this.is(user.id)) return;
    throw new ProtocolError("forbidden", "Only an administrator of this server can do that.");
  }

  /** Whether anybody may make an account now. */
  async registrationOpen(): Promise<boolean> {
    return await this.parts.settings.registrationOpen();
  }

  /** Opens or closes registration. */
  async setRegistration(actor: User, open: boolean): Promise<void> {
    await this.expect(actor);
    await this.parts.settings.setRegistration(open);
    await this.parts.audit.record(actor, open ? "registration.opened" : "registration.closed", "");
  }

  /** Accounts by id, which is the order in which they were made: at most `limit` after `cursor`. */
  async accounts(
    actor: User,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<{ accounts: Account[]; next?: string }> {
    await this.expect(actor);
    const found = await this.parts.users.accounts(cursor, limit);
    const next = found.length < limit ? undefined : found.at(-1)?.id;
    return { accounts: found.map((user) => this.#shown(user)), next };
  }

  /** Gives an account the same power. */
  async promote(actor: User, username: string): Promise<Account> {
    return await this.#change(actor, username, "account.made_administrator", (user) => {
      if (user.deactivatedAt !== undefined) {
        throw new ProtocolError("forbidden", "That account is deactivated.");
      }
      return { ...user, administrator: true };
    });
  }

  /**
   * Puts an account out of use, and its bots: its sessions end, and all connections are closed, at
   * once.
   */
  async deactivate(actor: User, username: string): Promise<Account> {
    const account = await this.#change(actor, username, "account.deactivated", (user) => {
      if (user.id === actor.id) {
        throw new ProtocolError("forbidden", "That is you: somebody else has to do it.");
      }
      return { ...user, deactivatedAt: user.deactivatedAt ?? this.parts.now() };
    });
    await this.parts.sessions.endAll(account.id);
    this.parts.connections.signOut(account.id);
    for (const { id } of await this.parts.bots.of(account.id)) this.parts.connections.signOut(id);
    return account;
  }

  /** Lets an account be used again. */
  async reactivate(actor: User, username: string): Promise<Account> {
    return await this.#change(actor, username, "account.reactivated", (user) => ({
      ...user,
      deactivatedAt: undefined,
    }));
  }

  /** The sessions of an account. */
  async sessions(actor: User, username: string): Promise<SessionInfo[]> {
    await this.expect(actor);
    return await this.parts.sessions.of((await this.#account(username)).id);
  }

  /** What administrators did, and those who keep order in rooms; newest first. */
  async audit(
    actor: User,
    page: { before?: string; limit: number },
  ): Promise<AuditEntry[]> {
    await this.expect(actor);
    return await this.parts.audit.page(page);
  }

  async #change(
    actor: User,
    username: string,
    act: "account.deactivated" | "account.reactivated" | "account.made_administrator",
    change: (user: UserRecord) => UserRecord,
  ): Promise<Account> {
    await this.expect(actor);
    const { id, name } = await this.#account(username);
    const changed = await this.parts.users.change(id, change);
    await this.parts.audit.record(actor, act, name);
    return this.#shown(changed);
  }

  async #account(username: string): Promise<UserRecord> {
    const user = await this.parts.users.named(username);
    if (user?.kind === "account") return user;
    throw new ProtocolError("not_found", `There is no account named ${username}.`);
  }

  #shown(user: UserRecord): Account {
    return {
      ...asName(user),
      createdAt: user.createdAt,
      online: this.parts.connections.isOnline(user.id),
      administrator: user.administrator ?? false,
      deactivated: user.deactivatedAt !== undefined,
    };
  }
}
