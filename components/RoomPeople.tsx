import type { Member } from "@/lib/membership.ts";
import type { Role } from "@/lib/protocol/server_frames.ts";
import { ActForm } from "./ActForm.tsx";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./PersonName.tsx";
import { type RoomSettingsProps, settingsOf } from "./room_settings.ts";

const RANKS: Record<Role, number> = { member: 1, admin: 2, owner: 3 };

/** Who is in a room, with what those who keep order may do about it. */
export function RoomPeople(props: RoomSettingsProps) {
  const { room, members, banned, may, fault } = props;
  return (
    <section class="panel" aria-labelledby="people-title">
      <h2 id="people-title">
        {room.private || room.kind === "direct" ? "Members" : "People here"}
      </h2>
      <ul class="settings-list">
        {members.map((member) => (
          <li key={member.user.id}>
            <Avatar user={member.user} away={!member.online} size="small" />
            <span class="person-name">
              <PersonName user={member.user} />
            </span>
            {member.role !== "member" && <span class="role">{member.role}</span>}
            {member.user.id === props.self.id
              ? <span class="person-note">you</span>
              : <MemberActs {...props} member={member} />}
          </li>
        ))}
      </ul>
      {fault && ["role", "remove", "ban"].includes(fault.act) && (
        <p class="field-error" role="alert">{fault.message}</p>
      )}
      {may.moderate && room.private && (
        <ActForm act="add" to={settingsOf(room)} fault={fault} class="text-form">
          <label for="add-name">Let somebody in</label>
          <div class="text-form-row">
            <input
              id="add-name"
              name="username"
              type="text"
              required
              maxLength={32}
              placeholder="Their name"
              autocomplete="off"
            />
            <button type="submit" class="button main">Add</button>
          </div>
        </ActForm>
      )}
      {banned.length > 0 && (
        <>
          <h3>Banned</h3>
          <ul class="settings-list">
            {banned.map(({ id, name }) => (
              <li key={id}>
                <span class="person-name">{name}</span>
                <ActForm act="add" to={settingsOf(room)}>
                  <input type="hidden" name="username" value={name} />
                  <button type="submit" class="button quiet">Let {name} in again</button>
                </ActForm>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function MemberActs({ room, may, member }: RoomSettingsProps & { member: Member }) {
  const { user: { name }, role } = member;
  const below = may.own ? role !== "owner" : RANKS[role] < RANKS[room.role ?? "member"];
  if (room.kind === "direct" || !may.moderate || !below) return null;
  const act = (act: string, label: string, hidden: Record<string, string> = {}) => (
    <ActForm act={act} to={settingsOf(room)}>
      {Object.entries({ username: name, ...hidden }).map(([field, value]) => (
        <input key={field} type="hidden" name={field} value={value} />
      ))}
      <button type="submit" class="button quiet">
        {label} <span class="sr-only">{name}</span>
      </button>
    </ActForm>
  );
  return (
    <>
      {may.own && role === "member" && act("role", "Make admin", { role: "admin" })}
      {may.own && role === "admin" && act("role", "Make member", { role: "member" })}
      {may.own && role === "admin" && act("role", "Make owner", { role: "owner" })}
      {act("remove", "Remove")}
      {act("ban", "Ban")}
    </>
  );
}
