import { ActForm } from "./ActForm.tsx";
import { type RoomSettingsProps, settingsOf } from "./room_settings.ts";

/** The addresses by which programs speak in a group. */
export function RoomWebhooks({ room, webhooks, newHook, fault }: RoomSettingsProps) {
  return (
    <section class="panel" aria-labelledby="hooks-title">
      <h2 id="hooks-title">Programs that may speak here</h2>
      <p class="empty">
        A program posts <code>{'{"text": "Hello"}'}</code>{" "}
        to an address of its own. What tools send to Slack’s incoming webhooks is understood, too.
      </p>
      {newHook && (
        <p class="settings-saved" role="status">
          <label for="hook-address">
            The address is shown this once. Whoever has it may speak here.
          </label>
          <input id="hook-address" type="url" readOnly value={newHook} />
        </p>
      )}
      <ul class="settings-list">
        {webhooks.map(({ id, bot, by }) => (
          <li key={id}>
            <span class="person-name">
              {bot.name} <span class="person-note">by {by}</span>
            </span>
            <ActForm act="unhook" to={settingsOf(room)}>
              <input type="hidden" name="hook" value={id} />
              <button type="submit" class="button quiet">
                End <span class="sr-only">the address of {bot.name}</span>
              </button>
            </ActForm>
          </li>
        ))}
      </ul>
      {fault?.act === "unhook" && <p class="field-error" role="alert">{fault.message}</p>}
      <ActForm act="hook" to={settingsOf(room)} fault={fault} class="text-form">
        <label for="hook-name">Make an address</label>
        <div class="text-form-row">
          <input
            id="hook-name"
            name="name"
            type="text"
            required
            maxLength={32}
            placeholder="The program’s name"
            autocomplete="off"
          />
          <button type="submit" class="button main">Make</button>
        </div>
      </ActForm>
    </section>
  );
}
