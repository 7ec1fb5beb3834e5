import { ActForm } from "./ActForm.tsx";
import type { SecurityProps } from "./security_props.ts";

/** Sets another password. */
export function PasswordPanel(
  { passwordChanged, fault }: Pick<SecurityProps, "passwordChanged" | "fault">,
) {
  return (
    <section class="panel" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      {passwordChanged && (
        <p class="settings-saved" role="status">
          Your password is changed. You are signed out everywhere else.
        </p>
      )}
      <ActForm act="password" to="/account" fault={fault} class="account-form">
        <p class="account-field">
          <label for="old-password">Your password now</label>
          <input
            id="old-password"
            name="password"
            type="password"
            required
            maxLength={200}
            autocomplete="current-password"
          />
        </p>
        <p class="account-field">
          <label for="new-password">New password</label>
          <input
            id="new-password"
            name="newPassword"
            type="password"
            required
            minLength={8}
            maxLength={200}
            autocomplete="new-password"
          />
        </p>
        <button type="submit" class="button main">Change the password</button>
      </ActForm>
    </section>
  );
}
