import type { ComponentChildren } from "preact";
import Passkey from "@/islands/Passkey.tsx";
import { Logo } from "./Logo.tsx";

/** What the page of a form for name and password shows. */
export interface AccountPageProps {
  readonly kind: "login" | "register";
  /** What stands in the name's field. */
  readonly username: string;
  /** Where to go on to. */
  readonly next: string;
  /** Why it did not work last time. */
  readonly fault?: string;
  /** Whether the name is the asker's own already: an account keeps it. */
  readonly keeps?: boolean;
}

const TEXTS = {
  login: {
    title: "Welcome back.",
    text: "Log in with your name and password.",
    submit: "Log in",
    other: { href: "/register", text: "Make an account" },
  },
  register: {
    title: "Make the name yours.",
    text: "With a password your name is kept for you, on every device.",
    submit: "Make the account",
    other: { href: "/login", text: "Log in" },
  },
};

/** Logs in, or makes an account. An ordinary form: it needs no script. */
export function AccountPage({ kind, username, next, fault, keeps }: AccountPageProps) {
  const { title, text, submit, other } = TEXTS[kind];
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
      </header>
      <main id="main" class="home-hero">
        <h1>{title}</h1>
        <p>{keeps ? "You stay who you are: your messages and rooms are kept." : text}</p>
        <form class="account-form" method="post" action={`/${kind}`}>
          <Field name="username" label="Your name">
            <input
              id="field-username"
              name="username"
              required
              maxLength={32}
              autocomplete="username"
              defaultValue={username}
              aria-describedby={fault ? "account-fault" : undefined}
            />
          </Field>
          <Field name="password" label="Password">
            <input
              id="field-password"
              name="password"
              type="password"
              required
              minLength={8}
              maxLength={200}
              autocomplete={kind === "login" ? "current-password" : "new-password"}
              autofocus={fault !== undefined}
            />
          </Field>
          <input type="hidden" name="next" value={next} />
          {fault && <p id="account-fault" class="field-error" role="alert">{fault}</p>}
          <button type="submit" class="button main">{submit}</button>
        </form>
        {kind === "login" && <Passkey act="login" next={next} />}
        <p class="account-hint">
          Or <a href={`${other.href}?next=${encodeURIComponent(next)}`}>{other.text}</a>.
        </p>
      </main>
    </div>
  );
}

function Field(
  { name, label, children }: { name: string; label: string; children: ComponentChildren },
) {
  return (
    <p class="account-field">
      <label for={`field-${name}`}>{label}</label>
      {children}
    </p>
  );
}
