import Passkey from "@/islands/Passkey.tsx";
import type { Passkey as Kept } from "@/lib/auth/passkeys.ts";
import { ActForm, type Fault } from "./ActForm.tsx";
import { day } from "./dates.ts";

/** The devices by which one gets in without a password. */
export function PasskeysPanel(
  { passkeys, fault }: { readonly passkeys: readonly Kept[]; readonly fault?: Fault },
) {
  return (
    <section class="panel" aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">Passkeys</h2>
      <p class="empty">
        With a passkey you sign in by your device’s own lock. It can’t be phished.
      </p>
      <ul class="settings-list">
        {passkeys.map(({ id, name, createdAt, usedAt }) => (
          <li key={id}>
            <span class="person-name">
              {name}{" "}
              <span class="person-note">
                since {day(createdAt)}
                {usedAt && `, last used ${day(usedAt)}`}
              </span>
            </span>
            <ActForm act="remove_passkey" to="/account">
              <input type="hidden" name="passkey" value={id} />
              <button type="submit" class="button quiet">
                Remove <span class="sr-only">the passkey of {name}</span>
              </button>
            </ActForm>
          </li>
        ))}
      </ul>
      {fault?.act === "remove_passkey" && <p class="field-error" role="alert">{fault.message}</p>}
      <Passkey act="add" next="/account" />
      <noscript>
        <p class="account-hint">Adding a passkey needs JavaScript.</p>
      </noscript>
    </section>
  );
}
