/** What the holder of an account does about how one gets into it. */
import type { Users } from "../directory/users.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { ACCESS_TOKEN_S, type AccessTokens } from "./access_tokens.ts";
import { credentialKind, credentialOf } from "./credentials.ts";
import type { PersonalToken, PersonalTokens } from "./personal_tokens.ts";

/** What security rests on. */
export interface SecurityParts {
  readonly users: Users;
  readonly accessTokens: AccessTokens;
  readonly personalTokens: PersonalTokens;
  /** Those who are connected. */
  readonly connections: { signOut(userId: string): void };
}

/**
 * Tokens of accounts. Guests have none: their name may be somebody else's tomorrow.
 * Only who is logged in manages them: a token that leaks can't make others.
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

  async #expectAccount(user: User): Promise<void> {
    if ((await this.parts.users.get(user.id))?.kind === "account") return;
    throw new ProtocolError("forbidden", "Make an account first: guests have no tokens.");
  }
}

/** Lets a session through, and no token. */
function expectLogin(request: Request): void {
  const credential = credentialOf(request);
  if (credential !== undefined && credentialKind(credential) === "session") return;
  throw new ProtocolError("forbidden", "Log in to do that: a token is not enough.");
}
