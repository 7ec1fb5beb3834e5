import { ActForm } from "./ActForm.tsx";
import { day } from "./dates.ts";
import type { SecurityProps } from "./security_props.ts";

/** Programs that one answers for, which have a name of their own. */
export function BotsPanel(
  { bots, newBot, fault }: Pick<SecurityProps, "bots" | "newBot" | "fault">,
) {
  return (
    <section class="panel" aria-labelledby="bots-title">
      <h2 id="bots-title">Bots</h2>
      <p class="empty">
        A bot talks under a name of its own: in public groups, and where it is let in. You answer
        for it.
      </p>
      {newBot && (
        <p class="settings-saved" role="status">
          <label for="new-bot-token">
            The token of {newBot.name} is shown this once. Keep it as safe as your password.
          </label>
          <input id="new-bot-token" type="text" readOnly value={newBot.token} />
        </p>
      )}
      {bots.length === 0 ? <p class="empty">You have no bots yet.</p> : (
        <ul class="settings-list">
          {bots.map(({ id, name, prefix, usedAt }) => (
            <li key={id}>
              <span class="person-name">
                {name}
                <br />
                <span class="person-note">
                  {prefix}…, {usedAt === undefined ? "never used" : `last used ${day(usedAt)}`}
                </span>
              </span>
              <ActForm act="revoke_bot" to="/account">
                <input type="hidden" name="bot" value={id} />
                <button type="submit" class="button quiet">
                  Revoke <span class="sr-only">the bot {name}</span>
                </button>
              </ActForm>
            </li>
          ))}
        </ul>
      )}
      {fault?.act === "revoke_bot" && <p class="field-error" role="alert">{fault.message}</p>}
      <ActForm act="bot" to="/account" fault={fault} class="text-form">
        <label for="bot-name">Make a bot</label>
        <div class="text-form-row">
          <input
            id="bot-name"
            name="name"
            type="text"
            required
            maxLength={32}
            placeholder="What it is called"
            autocomplete="off"
          />
          <button type="submit" class="button main">Make</button>
        </div>
      </ActForm>
    </section>
  );
}
