import { ActForm } from "./ActForm.tsx";
import { type RoomSettingsProps, settingsOf } from "./room_settings.ts";

/** The links that let people into a private group. */
export function RoomInvites({ room, invites, may, origin, fault }: RoomSettingsProps) {
  return (
    <section class="panel" aria-labelledby="invites-title">
      <h2 id="invites-title">Invitations</h2>
      {may.moderate && invites.length === 0 && <p class="empty">No invitation is valid now.</p>}
      <ul class="settings-list">
        {invites.map(({ code, path, by, uses, expiresAt }) => (
          <li key={code}>
            <span class="person-name">
              <a href={path}>{origin + path}</a>
              <br />
              <span class="person-note">
                {by && `by ${by}, `}for {uses} more, until{" "}
                <time dateTime={new Date(expiresAt).toISOString()}>
                  {new Date(expiresAt).toISOString().slice(0, 10)}
                </time>
              </span>
            </span>
            <ActForm act="revoke" to={settingsOf(room)}>
              <input type="hidden" name="code" value={code} />
              <button type="submit" class="button quiet">
                Take back <span class="sr-only">{code}</span>
              </button>
            </ActForm>
          </li>
        ))}
      </ul>
      {fault?.act === "revoke" && <p class="field-error" role="alert">{fault.message}</p>}
      <form method="post" action={`/rooms/${room.id}/invite`}>
        <button type="submit" class="button">Make a link</button>
      </form>
    </section>
  );
}
