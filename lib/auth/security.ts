/** What the holder of an account does about how one gets into it. */
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import type { UserRecord, Users } from "../directory/users.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { nameKey } from "../protocol/text.ts";
import { ACCESS_TOKEN_S, type AccessTokens } from "./access_tokens.ts";
import type { Bot, Bots } from "./bots.ts";
import { type Caller, siteOf } from "./caller.ts";
import { credentialKind, credentialOf, expectLogin } from "./credentials.ts";
import type { LoginGuard } from "./login_guard.ts";
import type { Passkey, Passkeys } from "./passkeys.ts";
import type { Passwords } from "./passwords.ts";
import type { PersonalToken, PersonalTokens } from "./personal_tokens.ts";
import type { Sessions } from "./sessions.ts";

/** What security rests on. */
export interface SecurityParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly guard: LoginGuard;
  readonly accessTokens: AccessTokens;
  readonly personalTokens: PersonalTokens;
  readonly bots: Bots;
  readonly passwordless: Passkeys;
  /** Those who are connected. */
  readonly connections: { signOut(userId: string): void };
}

/**
 * Passwords, tokens and bots of accounts. Guests have none: their name may be somebody else's tomorrow.
 * Only who is logged in changes them: a token that leaks can't make others.
 */
export class Security {
  constructor(private readonly parts: SecurityParts) {}

  /**
   * A short-lived token for whoever asks with a session or a personal token.
   *
   * @throws {ProtocolError} `forbidden` to guests, and when asked with another access token
   */
  async accessToken(user: User, request: Request): Promise<{ token: string; expiresIn: number }> {
    const credential = credentialOf(request);
    if (credential === undefined || credentialKind(credential) === "access") {
      throw new ProtocolError("forbidden", "An access token can't be had for another one.");
    }
    await this.#expectAccount(user);
    return { token: await this.parts.accessTokens.issue(user.id), expiresIn: ACCESS_TOKEN_S };
  }

  /**
   * Makes a personal token; its secret is told this once.
   *
   * @throws {ProtocolError} `forbidden`
   */
  async createToken(
    user: User,
    request: Request,
    name: string,
  ): Promise<{ token: PersonalToken; secret: string }> {
    expectLogin(request);
    await this.#expectAccount(user);
    return await this.parts.personalTokens.create(user.id, name);
  }

  /** A person's personal tokens, oldest first. */
  async tokens(user: User): Promise<PersonalToken[]> {
    return await this.parts.personalTokens.of(user.id);
  }

  /**
   * Ends a personal token. All connections are closed; those that have another way in come back.
   *
   * @throws {ProtocolError} `forbidden`, `not_found`
   */
  async revokeToken(user: User, request: Request, id: string): Promise<void> {
    expectLogin(request);
    await this.parts.personalTokens.revoke(user.id, id);
    this.parts.connections.signOut(user.id);
  }

  /**
   * Makes a bot; the secret of its token is told this once.
   *
   * @throws {ProtocolError} `forbidden`, `username_taken`
   */
  async createBot(
    user: User,
    request: Request,
    name: string,
  ): Promise<{ bot: Bot; secret: string }> {
    expectLogin(request);
    await this.#expectAccount(user);
    return await this.parts.bots.create(user, name);
  }

  /** The bots that a person answers for, oldest first. */
  async bots(user: User): Promise<Bot[]> {
    return await this.parts.bots.of(user.id);
  }

  /**
   * Ends a bot's token and closes its connections. What it said stays, and so does its name.
   *
   * @throws {ProtocolError} `forbidden`, `not_found`
   */
  async revokeBot(user: User, request: Request, id: string): Promise<void> {
    expectLogin(request);
    await this.parts.bots.revoke(user.id, id);
    this.parts.connections.signOut(id);
  }

  /**
   * Sets another password for who knows the old one. All other sessions end, and all connections
   * are closed: those of this session come back. Personal tokens stay.
   *
   * @throws {ProtocolError} `forbidden` when the old one is wrong; `rate_limited` after too many
   * wrong ones
   */
  async changePassword(
    user: User,
    request: Request,
    { address }: Pick<Caller, "address">,
    { password, newPassword }: { readonly password: string; readonly newPassword: string },
  ): Promise<void> {
    const { users, sessions, passwords, guard, connections } = this.parts;
    const session = expectLogin(request);
    const { passwordHash: before } = await this.#expectAccount(user);
    const key = nameKey(user.name);
    guard.attempt(key, address);
    if (!await passwords.verify(before, password)) {
      throw wrongPassword();
    }
    guard.right(key, address);
    const passwordHash = await passwords.hash(newPassword);
    await users.change(user.id, (account) => {
      // Somebody else changed it first: what was asked is the old one no more.
      if (account.passwordHash !== before) throw wrongPassword();
      return { ...account, passwordHash };
    });
    await sessions.endAll(user.id, sessions.idOf(session));
    connections.signOut(user.id);
  }

  /** An account's passkeys, oldest first. */
  async passkeys(user: User): Promise<Passkey[]> {
    return await this.parts.passwordless.of(user.id);
  }

  /**
   * What a browser needs to make a passkey.
   *
   * @throws {ProtocolError} `forbidden`
   */
  async passkeyCreation(user: User, request: Request, caller: Caller) {
    expectLogin(request);
    await this.#expectAccount(user);
    return await this.parts.passwordless.creation(user, siteOf(request, caller));
  }

  /**
   * Keeps a passkey that a browser made.
   *
   * @throws {ProtocolError} `forbidden`
   */
  async addPasskey(
    user: User,
    request: Request,
    caller: Caller,
    name: string,
    answer: RegistrationResponseJSON,
  ): Promise<Passkey> {
    expectLogin(request);
    await this.#expectAccount(user);
    return await this.parts.passwordless.add(user, siteOf(request, caller), name, answer);
  }

  /**
   * Removes a passkey.
   *
   * @throws {ProtocolError} `forbidden`, `not_found`
   */
  async removePasskey(user: User, request: Request, id: string): Promise<void> {
    expectLogin(request);
    await this.parts.passwordless.remove(user.id, id);
  }

  async #expectAccount({ id }: User): Promise<UserRecord> {
    const user = await this.parts.users.get(id);
    if (user?.kind === "account") return user;
    throw new ProtocolError(
      "forbidden",
      user?.kind === "bot"
        ? "A bot can't do that. Whoever answers for it can."
        : "Guests can't do that. Make an account first.",
    );
  }
}

function wrongPassword(): ProtocolError {
  return new ProtocolError("forbidden", "That is not your password.");
}
