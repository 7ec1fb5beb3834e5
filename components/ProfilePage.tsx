import ProfileEditor from "@/islands/ProfileEditor.tsx";
import { Logo } from "./Logo.tsx";
import type { ProfileProps } from "./profile_form.ts";

/** What one tells others about oneself. It needs no script. */
export function ProfilePage({ saved, ...props }: ProfileProps & { readonly saved: boolean }) {
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        <a class="button" href="/account">Sign-in and security</a>
        <a class="button" href="/people">Find people</a>
      </header>
      <main id="main" class="settings">
        <div class="settings-head">
          <h1>Your profile</h1>
          <p>
            Everybody who has a name here can see it. Your name, {props.person.name}, stays yours.
          </p>
        </div>
        {saved && <p class="settings-saved" role="status">Saved. Others see it already.</p>}
        <ProfileEditor {...props} />
      </main>
    </div>
  );
}
