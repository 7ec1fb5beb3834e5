import { ActForm } from "./ActForm.tsx";
import { day } from "./dates.ts";
import type { SecurityProps } from "./security_props.ts";

/** The tokens by which one's programs get in. */
export function TokensPanel(
  { tokens, newToken, fault }: Pick<SecurityProps, "tokens" | "newToken" | "fault">,
) {
  return (
    <section class="panel" aria-labelledby="tokens-title">
      <h2 id="tokens-title">Tokens for your programs</h2>
      <p class="empty">
        With a token a program can do in your name what you can, but for this page.
      </p>
      {newToken && (
        <p class="settings-saved" role="status">
          <label for="new-token">
            The token is shown this once. Keep it as safe as your password.
          </label>
          <input id="new-token" type="text" readOnly value={newToken} />
        </p>
      )}
      <ul class="settings-list">
        {tokens.map(({ id, name, prefix, usedAt }) => (
          <li key={id}>
            <span class="person-name">
              {name}
              <br />
              <span class="person-note">
                {prefix}…, {usedAt === undefined ? "never used" : `last used ${day(usedAt)}`}
              </span>
            </span>
            <ActForm act="revoke" to="/account">
              <input type="hidden" name="token" value={id} />
              <button type="submit" class="button quiet">
                Revoke <span class="sr-only">the token {name}</span>
              </button>
            </ActForm>
          </li>
        ))}
      </ul>
      {fault?.act === "revoke" && <p class="field-error" role="alert">{fault.message}</p>}
      <ActForm act="token" to="/account" fault={fault} class="text-form">
        <label for="token-name">Make a token</label>
        <div class="text-form-row">
          <input
            id="token-name"
            name="name"
            type="text"
            required
            maxLength={64}
            placeholder="What it is for"
            autocomplete="off"
          />
          <button type="submit" class="button main">Make</button>
        </div>
      </ActForm>
    </section>
  );
}
