/** Credentials: the secrets that stand for a person on a request, told apart by their form. */
import { parseCookie } from "cookie";
import { ProtocolError } from "../protocol/errors.ts";
import type { AccessTokens } from "./access_tokens.ts";
import { PERSONAL_PREFIX, type PersonalTokens } from "./personal_tokens.ts";
import type { Sessions } from "./sessions.ts";

/** The cookie that keeps a session in a browser. */
export const SESSION_COOKIE = "parley_session";

/** What a credential is. */
export type CredentialKind = "session" | "access" | "personal";

/** What knows whose credentials are whose. */
export interface Issuers {
  readonly sessions: Sessions;
  readonly accessTokens: AccessTokens;
  readonly personalTokens: PersonalTokens;
}

/** What a credential is, by its form: a JWT has dots, a personal token its prefix. */
export function credentialKind(credential: string): CredentialKind {
  if (credential.startsWith(PERSONAL_PREFIX)) return "personal";
  return credential.includes(".") ? "access" : "session";
}

/** Whose credential it is; undefined when it is unknown or over. */
export async function holderOf(credential: string, issuers: Issuers): Promise<string | undefined> {
  switch (credentialKind(credential)) {
    case "personal":
      return await issuers.personalTokens.userId(credential);
    case "access":
      return await issuers.accessTokens.userId(credential);
    case "session":
      return await issuers.sessions.userId(credential);
  }
}

/** The credential of a request: its session cookie, else its bearer token (RFC 6750 §2.1). */
export function credentialOf(request: Request): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  return cookieOf(request) || bearer;
}

/** What a browser sends by itself, whoever put it there. */
export function cookieOf(request: Request): string | undefined {
  return parseCookie(request.headers.get("cookie") ?? "")[SESSION_COOKIE];
}

/**
 * Lets a session through, and gives it.
 *
 * @throws {ProtocolError} `forbidden` for a token: one that leaks must not shut its holder out
 */
export function expectLogin(request: Request): string {
  const credential = credentialOf(request);
  if (credential !== undefined && credentialKind(credential) === "session") return credential;
  throw new ProtocolError("forbidden", "Log in to do that: a token is not enough.");
}
