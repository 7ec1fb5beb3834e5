/** Identities: from a cookie, a token or a name to the user that it stands for. */
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { stringifySetCookie } from "cookie";
import { asUser } from "../directory/profile.ts";
import type { UserRecord, Users } from "../directory/users.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { nameKey } from "../protocol/text.ts";
import {
  cookieOf,
  credentialOf,
  expectLogin,
  holderOf,
  type Issuers,
  SESSION_COOKIE,
} from "./credentials.ts";
import { type Caller, siteOf } from "./caller.ts";
import type { LoginGuard } from "./login_guard.ts";
import type { Passkeys } from "./passkeys.ts";
import type { Passwords } from "./passwords.ts";
import { SESSION_MS, type SessionInfo, type SessionOrigin } from "./sessions.ts";

/** What identities rest on. */
export interface IdentityParts extends Issuers {
  readonly users: Users;
  readonly passwords: Passwords;
  readonly guard: LoginGuard;
  readonly passkeys: Passkeys;
  /** How often an address may sign in by a passkey: each question is kept for a while. */
  readonly passkeyLimit: { take(address: string): number };
  /** Those who are connected. */
  readonly connections: { signOut(userId: string): void };
  readonly allowGuests: boolean;
  /** Whether anybody may make an account now. */
  registrationOpen(): Promise<boolean>;
}

/** Who is who, for pages and connections alike. */
export class Identities {
  constructor(private readonly parts: IdentityParts) {}

  /** The user of a request: by its session cookie, else by its bearer token. */
  async byRequest(request: Request): Promise<User | undefined> {
    const token = credentialOf(request);
    return token === undefined ? undefined : await this.byToken(token);
  }

  /** The user whose token it is. A bot is put out of use together with whoever answers for it. */
  async byToken(token: string): Promise<User | undefined> {
    const userId = await holderOf(token, this.parts);
    const user = userId === undefined ? undefined : await this.parts.users.get(userId);
    if (user === undefined || user.deactivatedAt !== undefined) return undefined;
    const owner = user.ownerId && await this.parts.users.get(user.ownerId);
    return owner && owner.deactivatedAt !== undefined ? undefined : asUser(user);
  }

  /**
   * The visitor of that name, for a connection that only says a name.
   *
   * @throws {ProtocolError} `username_taken`; `unauthenticated` where guests are not allowed
   */
  async visitor(name: string): Promise<User> {
    this.#expectGuests();
    return asUser(await this.parts.users.visitor(name));
  }

  /**
   * Takes a name and starts a session for it, in the place of the browser's former one.
   *
   * @throws {ProtocolError} `username_taken`; `unauthenticated` where guests are not allowed
   */
  async startGuest(
    name: string,
    request: Request,
    origin: SessionOrigin,
  ): Promise<{ user: User; token: string }> {
    this.#expectGuests();
    const { token, start } = this.parts.sessions.issue(origin);
    const user = await this.parts.users.claim(name, start);
    await this.#endSession(cookieOf(request));
    return { user: asUser(user), token };
  }

  /**
   * Makes an account and starts a session, in the place of the browser's former one. A guest who
   * keeps their name stays the same person, and has no other session from then on: whoever knew the
   * guest's does not know the account's. The first account of a server is its administrator.
   *
   * @throws {ProtocolError} `username_taken`; `forbidden` where registration is closed
   */
  async register(
    name: string,
    password: string,
    guest: User | undefined,
    request: Request,
    origin: SessionOrigin,
  ): Promise<{ user: User; token: string }> {
    const { users, sessions, passwords, connections } = this.parts;
    if (!await this.parts.registrationOpen()) {
      throw new ProtocolError("forbidden", "New accounts can't be made here. Ask for one.");
    }
    const hash = await passwords.hash(password);
    const { token, start } = sessions.issue(origin);
    const endGuest = guest && await sessions.ending(guest.id);
    const user = await users.register(name, guest, hash, (atomic, userId) => {
      start(atomic, userId);
      if (userId === guest?.id) endGuest?.(atomic);
    });
    if (user.id === guest?.id) connections.signOut(user.id);
    await this.#endSession(cookieOf(request));
    return { user: asUser(user), token };
  }

  /**
   * Starts a session for whoever knows the password, in the place of the browser's former one. A
   * wrong name and a wrong password are told alike, in the same time.
   *
   * @throws {ProtocolError} `unauthenticated`; `rate_limited` after too many wrong ones; `forbidden`
   * for an account that is deactivated
   */
  async login(
    name: string,
    password: string,
    request: Request,
    origin: SessionOrigin,
  ): Promise<{ user: User; token: string }> {
    const { users, sessions, passwords, guard } = this.parts;
    const { address } = origin;
    const key = nameKey(name);
    guard.attempt(key, address);
    const user = await users.named(name);
    const hash = user?.passwordHash;
    if (!await passwords.verify(hash, password) || user === undefined || hash === undefined) {
      throw new ProtocolError("unauthenticated", "That name and password don't belong together.");
    }
    guard.right(key, address);
    expectActive(user);
    if (passwords.isDated(hash)) await users.renewHash(user, await passwords.hash(password));
    await this.#endSession(cookieOf(request));
    return { user: asUser(user), token: await sessions.begin(user.id, origin) };
  }

  /** A user's sessions, and which of them this request is part of. */
  async sessions(user: User, request: Request): Promise<(SessionInfo & { current: boolean })[]> {
    const token = credentialOf(request);
    const own = token && this.parts.sessions.idOf(token);
    const sessions = await this.parts.sessions.of(user.id);
    return sessions.map((session) => ({ ...session, current: session.id === own }));
  }

  /**
   * Ends one of a user's sessions, wherever it is; their connections come back by those that are
   * left.
   *
   * @throws {ProtocolError} `not_found`; `forbidden` to tokens
   */
  async endSession(user: User, request: Request, id: string): Promise<void> {
    expectLogin(request);
    if (!await this.parts.sessions.endOne(user.id, id)) {
      throw new ProtocolError("not_found", "There is no such session, or not any more.");
    }
    this.parts.connections.signOut(user.id);
  }

  /**
   * Ends all of a user's sessions but the one that this request is part of.
   *
   * @throws {ProtocolError} `forbidden` to tokens
   */
  async endOtherSessions(user: User, request: Request): Promise<void> {
    const { sessions } = this.parts;
    await sessions.endAll(user.id, sessions.idOf(expectLogin(request)));
    this.parts.connections.signOut(user.id);
  }

  /**
   * What a browser needs to sign in by a passkey.
   *
   * @throws {ProtocolError} `rate_limited`
   */
  async passkeyRequest(request: Request, caller: Caller) {
    const retryAfter = this.parts.passkeyLimit.take(caller.address);
    if (retryAfter > 0) throw new ProtocolError("rate_limited", undefined, retryAfter);
    return await this.parts.passkeys.request(siteOf(request, caller));
  }

  /**
   * Starts a session for whoever shows a passkey, in the place of the browser's former one.
   *
   * @throws {ProtocolError} `unauthenticated`; `rate_limited` after too many wrong ones; `forbidden`
   * for an account that is deactivated
   */
  async loginByPasskey(
    request: Request,
    caller: Caller,
    answer: AuthenticationResponseJSON,
  ): Promise<{ user: User; token: string }> {
    const { users, sessions, passkeys, passkeyLimit } = this.parts;
    const retryAfter = passkeyLimit.take(caller.address);
    if (retryAfter > 0) throw new ProtocolError("rate_limited", undefined, retryAfter);
    const user = await users.get(await passkeys.holder(siteOf(request, caller), answer));
    if (user === undefined) throw new ProtocolError("unauthenticated");
    expectActive(user);
    await this.#endSession(cookieOf(request));
    return { user: asUser(user), token: await sessions.begin(user.id, caller) };
  }

  /**
   * Ends the session of a request; the user's connections come back by those that are left. A
   * guest's name is free again once nobody uses it.
   */
  async end(request: Request): Promise<void> {
    await this.#endSession(credentialOf(request));
  }

  async #endSession(token: string | undefined): Promise<void> {
    const userId = token === undefined ? undefined : await this.parts.sessions.end(token);
    if (userId !== undefined) this.parts.connections.signOut(userId);
  }

  #expectGuests(): void {
    if (this.parts.allowGuests) return;
    throw new ProtocolError("unauthenticated", "Guests are not allowed here. Log in first.");
  }
}

/** Only who has proven whose account it is learns that it is deactivated. */
function expectActive({ deactivatedAt }: UserRecord): void {
  if (deactivatedAt === undefined) return;
  throw new ProtocolError("forbidden", "This account is deactivated. Ask an administrator.");
}

/** The `Set-Cookie` value that keeps a session in a browser; without a token, one that ends it. */
export function sessionCookie(token: string | undefined, secure: boolean): string {
  return stringifySetCookie({
    name: SESSION_COOKIE,
    value: token ?? "",
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure,
    maxAge: token === undefined ? 0 : SESSION_MS / 1000,
  });
}
