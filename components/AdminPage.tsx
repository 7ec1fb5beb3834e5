import type { Account } from "@/lib/administration.ts";
import type { Act, AuditEntry } from "@/lib/directory/audit.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { ActForm, type Fault } from "./ActForm.tsx";
import { Avatar } from "./Avatar.tsx";
import { Logo } from "./Logo.tsx";
import { day } from "./dates.ts";

/** What the page of administration shows. */
export interface AdminProps {
  readonly self: User;
  readonly registrationOpen: boolean;
  readonly accounts: readonly Account[];
  /** Where the next page of accounts starts. */
  readonly next?: string;
  readonly entries: readonly AuditEntry[];
  readonly fault?: Fault;
}

/** Who has an account here, whether more may come, and what was done. It needs no script. */
export function AdminPage(props: AdminProps) {
  const { registrationOpen, fault } = props;
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        <a class="button" href="/account">Sign-in and security</a>
      </header>
      <main id="main" class="settings">
        <div class="settings-head">
          <h1>Administration</h1>
        </div>
        <section class="panel" aria-labelledby="registration-title">
          <h2 id="registration-title">New accounts</h2>
          <ActForm
            act={registrationOpen ? "close" : "open"}
            to="/admin"
            fault={fault}
            class="settings-form"
          >
            <p>
              {registrationOpen
                ? "Anybody who reaches this server may make an account."
                : "Nobody can make an account now."}
            </p>
            <button type="submit" class="button">
              {registrationOpen ? "Close registration" : "Open registration"}
            </button>
          </ActForm>
        </section>
        <Accounts {...props} />
        <Audit entries={props.entries} />
      </main>
    </div>
  );
}

function Accounts({ self, accounts, next, fault }: AdminProps) {
  return (
    <section class="panel" aria-labelledby="accounts-title">
      <h2 id="accounts-title">Accounts</h2>
      <ul class="settings-list">
        {accounts.map((account) => (
          <li key={account.id}>
            <Avatar user={account} away={!account.online} size="small" />
            <span class="person-name">
              {account.name} <span class="person-note">since {day(account.createdAt)}</span>
            </span>
            {account.administrator && <span class="role">administrator</span>}
            {account.deactivated && <span class="role">deactivated</span>}
            {account.id === self.id
              ? <span class="person-note">you</span>
              : <AccountActs account={account} />}
          </li>
        ))}
      </ul>
      {fault && <p class="field-error" role="alert">{fault.message}</p>}
      {next && <a class="button" href={`/admin?cursor=${next}`}>More accounts</a>}
    </section>
  );
}

function AccountActs({ account: { name, administrator, deactivated } }: { account: Account }) {
  const act = (act: string, label: string) => (
    <ActForm act={act} to="/admin">
      <input type="hidden" name="username" value={name} />
      <button type="submit" class="button quiet">
        {label} <span class="sr-only">{name}</span>
      </button>
    </ActForm>
  );
  if (deactivated) return act("reactivate", "Let in again");
  return (
    <>
      {!administrator && act("promote", "Make administrator")}
      {act("deactivate", "Deactivate")}
    </>
  );
}

const ACTS: Record<Act, string> = {
  "account.deactivated": "deactivated",
  "account.reactivated": "let in again",
  "account.made_administrator": "made administrator",
  "registration.closed": "closed registration",
  "registration.opened": "opened registration",
  "room.deleted": "deleted the group",
  "room.banned": "banned",
  "room.removed": "removed",
  "message.deleted": "deleted a message of",
};

function Audit({ entries }: Pick<AdminProps, "entries">) {
  return (
    <section class="panel" aria-labelledby="audit-title">
      <h2 id="audit-title">What was done</h2>
      {entries.length === 0 && <p class="empty">Nothing yet.</p>}
      <ul class="settings-list">
        {entries.map(({ id, at, by, act, subject }) => (
          <li key={id}>
            <span class="person-name">
              {by.name} {ACTS[act]} {subject}
            </span>
            <time class="person-note" dateTime={new Date(at).toISOString()}>
              {new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}
