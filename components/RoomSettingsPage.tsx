import type { Notify, RoomInfo } from "@/lib/protocol/server_frames.ts";
import { ActForm, type Fault } from "./ActForm.tsx";
import { Logo } from "./Logo.tsx";
import { RoomInvites } from "./RoomInvites.tsx";
import { RoomPeople } from "./RoomPeople.tsx";
import { RoomWebhooks } from "./RoomWebhooks.tsx";
import { type RoomSettingsProps, settingsOf } from "./room_settings.ts";

/** About a room: its name and people, and what one wants to hear of it. It needs no script. */
export function RoomSettingsPage(props: RoomSettingsProps) {
  const { room, notify, may, fault } = props;
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        <a class="button" href={`/rooms/${room.id}`}>Back to the room</a>
      </header>
      <main id="main" class="settings">
        <div class="settings-head">
          <h1>{room.name}</h1>
          <p>{described(room)}</p>
        </div>
        {room.kind === "group" && may.moderate && <About room={room} fault={fault} />}
        <Notifications room={room} notify={notify} />
        <RoomPeople {...props} />
        {room.private && <RoomInvites {...props} />}
        {room.kind === "group" && may.moderate && <RoomWebhooks {...props} />}
        {room.kind === "group" && <End {...props} />}
      </main>
    </div>
  );
}

function described({ kind, private: isPrivate, archived, topic }: RoomInfo): string {
  if (kind === "direct") return "A conversation between the two of you.";
  const group = isPrivate ? "A private group: its members alone know of it." : "A group for all.";
  return [topic, group, archived ? "It is archived: it can be read, nothing new is said." : ""]
    .filter(Boolean).join(" · ");
}

function About({ room, fault }: { room: RoomInfo; fault?: Fault }) {
  return (
    <section class="panel" aria-labelledby="about-title">
      <h2 id="about-title">About the group</h2>
      <ActForm act="about" to={settingsOf(room)} fault={fault} class="account-form settings-form">
        <p>
          <label for="room-name">Name</label>
          <input
            id="room-name"
            name="name"
            type="text"
            required
            maxLength={64}
            defaultValue={room.name}
          />
        </p>
        <p>
          <label for="room-topic">What it is about</label>
          <input
            id="room-topic"
            name="topic"
            type="text"
            maxLength={250}
            defaultValue={room.topic}
          />
        </p>
        <button type="submit" class="button main">Save</button>
      </ActForm>
    </section>
  );
}

const CHOICES: readonly { readonly value: Notify; readonly text: string }[] = [
  { value: "all", text: "Every message" },
  { value: "mentions", text: "Only messages that name me" },
  { value: "none", text: "Nothing" },
];

function Notifications({ room, notify }: { room: RoomInfo; notify: Notify }) {
  return (
    <section class="panel" aria-labelledby="notify-title">
      <h2 id="notify-title">What counts as unread for you</h2>
      <ActForm act="notify" to={settingsOf(room)} class="settings-form">
        <fieldset aria-labelledby="notify-title">
          {CHOICES.map(({ value, text }) => (
            <label key={value} class="choice">
              <input type="radio" name="notify" value={value} defaultChecked={value === notify} />
              {text}
            </label>
          ))}
        </fieldset>
        <button type="submit" class="button main">Save</button>
      </ActForm>
    </section>
  );
}

/** Leaving, archiving, deleting. */
function End({ room, may, fault }: RoomSettingsProps) {
  const leaves = room.role !== "owner";
  if (!leaves && !may.moderate) return null;
  return (
    <section class="panel" aria-labelledby="end-title">
      <h2 id="end-title">Leave or close</h2>
      {leaves && (
        <ActForm act="leave" to={settingsOf(room)} fault={fault} class="settings-form">
          <p>
            {room.private
              ? "You come in again only when somebody lets you in."
              : "It goes from your list. You can come in again at any time."}
          </p>
          <button type="submit" class="button danger">Leave the group</button>
        </ActForm>
      )}
      {may.moderate && (
        <ActForm
          act={room.archived ? "open" : "archive"}
          to={settingsOf(room)}
          fault={fault}
          class="settings-form"
        >
          <p>An archived group can be read, but nothing new can be said in it.</p>
          <button type="submit" class="button">
            {room.archived ? "Open it again" : "Archive it"}
          </button>
        </ActForm>
      )}
      {may.own && (
        <ActForm
          act="delete"
          to={settingsOf(room)}
          fault={fault}
          class="account-form settings-form"
        >
          <p>Deleting removes the group and all that was said in it, for everybody and for good.</p>
          <p>
            <label for="delete-name">To delete it, write its name: {room.name}</label>
            <input id="delete-name" name="name" type="text" required autocomplete="off" />
          </p>
          <button type="submit" class="button danger">Delete the group</button>
        </ActForm>
      )}
    </section>
  );
}
