import RoomsOnline from "@/islands/RoomsOnline.tsx";
import type { FormError } from "@/lib/forms.ts";
import type { Home } from "@/lib/pages.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";
import { Logo } from "./Logo.tsx";
import { calledName } from "./PersonName.tsx";
import { TextForm } from "./TextForm.tsx";

/** What the home page shows. */
export interface HomePageProps {
  /** Whoever looks; null for somebody without a name. */
  readonly user: User | null;
  readonly overview: Home;
  /** Where to go on to once there is a name. */
  readonly next?: string;
  /** What went wrong with one of the forms. */
  readonly error?: FormError;
}

/** Choose a name, a group, a person. */
export function HomePage({ user, overview, next, error }: HomePageProps) {
  return (
    <div class="home">
      <header class="home-header">
        <Logo />
        {user && <Identity user={user} account={overview.account} />}
      </header>
      <main id="main" class={user ? undefined : "home-visit"}>
        {user
          ? (
            <div class="home-welcome">
              <h1>Hello, {calledName(user)}.</h1>
              <p>Where would you like to talk?</p>
              <form class="text-form home-search" action="/search" role="search">
                <div class="text-form-row">
                  <input
                    name="q"
                    type="search"
                    required
                    maxLength={200}
                    autocomplete="off"
                    aria-label="Words of a message"
                    placeholder="Or find what was said"
                  />
                  <button type="submit" class="button icon-only" aria-label="Search messages">
                    <Icon name="search" />
                  </button>
                </div>
              </form>
            </div>
          )
          : <NameForm next={next} error={error} />}
        <RoomsOnline first={overview} userId={user?.id ?? null} error={error} />
      </main>
    </div>
  );
}

function Identity({ user, account }: { user: User; account: boolean }) {
  return (
    <form class="identity" method="post" action="/session/end">
      <a class="identity-self" href="/profile">
        <Avatar user={user} size="small" />
        <span class="identity-name">{calledName(user)}</span>
        <span class="sr-only">, your profile</span>
      </a>
      {!account && <a class="button quiet" href="/register">Keep this name</a>}
      <button type="submit" class="button quiet">{account ? "Log out" : "Change name"}</button>
    </form>
  );
}

function NameForm({ next, error }: Pick<HomePageProps, "next" | "error">) {
  const invited = next !== undefined && next !== "/";
  return (
    <div class="home-hero">
      <h1>{invited ? "One name, and you’re in." : "A calm place to talk."}</h1>
      <p>
        {invited
          ? "Choose the name that the others will see, and the room opens."
          : "Team chat on your own server. Choose a name and join in — no account needed."}
      </p>
      <TextForm
        action="/session"
        name="username"
        label="Your name"
        maxLength={32}
        autoComplete="nickname"
        submit={invited ? "Enter" : "Start talking"}
        error={error?.field === "username" ? error : undefined}
      >
        {next && <input type="hidden" name="next" value={next} />}
      </TextForm>
      <p class="account-hint">
        Is the name yours already?{" "}
        <a href={`/login?next=${encodeURIComponent(next ?? "/")}`}>Log in</a>.
      </p>
    </div>
  );
}
