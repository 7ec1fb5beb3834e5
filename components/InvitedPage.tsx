import { Logo } from "./Logo.tsx";

/** Asks somebody who followed an invitation whether to join. */
export function InvitedPage({ name, code }: { name: string; code: string }) {
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
      </header>
      <main id="main" class="home-hero">
        <h1>You are invited to {name}.</h1>
        <p>It is a private group: its members will see that you joined.</p>
        <form method="post" action={`/invite/${code}`}>
          <button type="submit" class="button main">Join {name}</button>
        </form>
      </main>
    </div>
  );
}
