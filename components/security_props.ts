/** What the page of sign-in and security is given. */
import type { Bot } from "@/lib/auth/bots.ts";
import type { Passkey } from "@/lib/auth/passkeys.ts";
import type { PersonalToken } from "@/lib/auth/personal_tokens.ts";
import type { SessionInfo } from "@/lib/auth/sessions.ts";
import type { Fault } from "./ActForm.tsx";

/** What the page of sign-in and security shows. */
export interface SecurityProps {
  readonly sessions: readonly (SessionInfo & { readonly current: boolean })[];
  /** Whether whoever looks is an administrator of the server. */
  readonly administrator: boolean;
  /** Whether whoever looks has an account, and so a password and tokens. */
  readonly account: boolean;
  readonly passkeys: readonly Passkey[];
  readonly tokens: readonly PersonalToken[];
  /** A token that was made just now: it is shown this once. */
  readonly newToken?: string;
  readonly bots: readonly Bot[];
  /** A bot that was made just now, with its token: it is shown this once. */
  readonly newBot?: { readonly name: string; readonly token: string };
  /** Whether the password was changed just now. */
  readonly passwordChanged?: boolean;
  readonly fault?: Fault;
}
