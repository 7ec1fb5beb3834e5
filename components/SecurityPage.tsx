import { ActForm } from "./ActForm.tsx";
import { BotsPanel } from "./BotsPanel.tsx";
import { day } from "./dates.ts";
import { Logo } from "./Logo.tsx";
import { PasskeysPanel } from "./PasskeysPanel.tsx";
import { PasswordPanel } from "./PasswordPanel.tsx";
import type { SecurityProps } from "./security_props.ts";
import { TokensPanel } from "./TokensPanel.tsx";

/** Where one is signed in, and how. It needs no script. */
export function SecurityPage(props: SecurityProps) {
  const { sessions, administrator, account, fault } = props;
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        {administrator && <a class="button" href="/admin">Administration</a>}
        <a class="button" href="/profile">Your profile</a>
      </header>
      <main id="main" class="settings">
        <div class="settings-head">
          <h1>Sign-in and security</h1>
        </div>
        <section class="panel" aria-labelledby="sessions-title">
          <h2 id="sessions-title">Where you are signed in</h2>
          <SessionList sessions={sessions} />
          {fault?.act === "end" && <p class="field-error" role="alert">{fault.message}</p>}
          {sessions.length > 1 && (
            <ActForm act="end_others" to="/account">
              <button type="submit" class="button">Sign out everywhere else</button>
            </ActForm>
          )}
        </section>
        {account && <PasswordPanel {...props} />}
        {account && <PasskeysPanel {...props} />}
        {account && <TokensPanel {...props} />}
        {account && <BotsPanel {...props} />}
      </main>
    </div>
  );
}

function SessionList({ sessions }: Pick<SecurityProps, "sessions">) {
  return (
    <ul class="settings-list">
      {sessions.map(({ id, agent, address, usedAt, current }) => (
        <li key={id}>
          <span class="person-name">
            {deviceOf(agent)}
            <br />
            <span class="person-note">
              {address && `from ${address}, `}last used{" "}
              <time dateTime={new Date(usedAt).toISOString()}>{day(usedAt)}</time>
            </span>
          </span>
          {current ? <span class="role">this device</span> : (
            <ActForm act="end" to="/account">
              <input type="hidden" name="session" value={id} />
              <button type="submit" class="button quiet">
                Sign out <span class="sr-only">{deviceOf(agent)}</span>
              </button>
            </ActForm>
          )}
        </li>
      ))}
    </ul>
  );
}

const BROWSERS = ["Firefox", "Edg", "OPR", "Chrome", "Safari"];
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];

/** What a person would call a client that says this of itself. */
export function deviceOf(agent: string): string {
  const browser = BROWSERS.find((name) => agent.includes(`${name}/`));
  const system = SYSTEMS.find((name) => agent.includes(name));
  if (browser === undefined) return agent.split(" ")[0] || "A program";
  const called = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return system === undefined ? called : `${called} on ${system}`;
}
