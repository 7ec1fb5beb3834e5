/** Identities: from a cookie, a token or a name to the user that it stands for. */
import { parseCookie, stringifySetCookie } from "cookie";
import type { UserRecord, Users } from "../directory/users.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { SESSION_MS, type Sessions } from "./sessions.ts";

const COOKIE = "parley_session";

/** Who is who, for pages and connections alike. */
export class Identities {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly allowGuests: boolean,
  ) {}

  /** The user of a request: by its session cookie, else by its bearer token. */
  async byRequest(request: Request): Promise<User | undefined> {
    const token = sessionToken(request);
    return token === undefined ? undefined : await this.byToken(token);
  }

  /** The user whose token it is. */
  async byToken(token: string): Promise<User | undefined> {
    const userId = await this.sessions.userId(token);
    const user = userId === undefined ? undefined : await this.users.get(userId);
    return user && plain(user);
  }

  /**
   * The visitor of that name, for a connection that only says a name.
   *
   * @throws {ProtocolError} `username_taken`; `unauthenticated` where guests are not allowed
   */
  async visitor(name: string): Promise<User> {
    this.#expectGuests();
    return plain(await this.users.visitor(name));
  }

  /**
   * Takes a name and starts a session for it.
   *
   * @throws {ProtocolError} `username_taken`; `unauthenticated` where guests are not allowed
   */
  async startGuest(name: string): Promise<{ user: User; token: string }> {
    this.#expectGuests();
    const { token, start } = await this.sessions.issue();
    return { user: plain(await this.users.claim(name, start)), token };
  }

  /** Ends the session of a request. Its name is free again once nobody uses it. */
  async end(request: Request): Promise<void> {
    const token = sessionToken(request);
    if (token !== undefined) await this.sessions.end(token);
  }

  #expectGuests(): void {
    if (this.allowGuests) return;
    throw new ProtocolError("unauthenticated", "Guests are not allowed here. Log in first.");
  }
}

/** The `Set-Cookie` value that keeps a session in a browser; without a token, one that ends it. */
export function sessionCookie(token: string | undefined, secure: boolean): string {
  return stringifySetCookie({
    name: COOKIE,
    value: token ?? "",
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure,
    maxAge: token === undefined ? 0 : SESSION_MS / 1000,
  });
}

function sessionToken(request: Request): string | undefined {
  const cookie = parseCookie(request.headers.get("cookie") ?? "")[COOKIE];
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  return cookie || bearer;
}

function plain({ id, name }: UserRecord): User {
  return { id, name };
}
