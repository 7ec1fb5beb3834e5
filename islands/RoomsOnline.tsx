/** The home page's lists: groups, 1:1 chats and people, with who is online. */
import { PersonButton } from "@/components/Members.tsx";
import { RoomList } from "@/components/RoomList.tsx";
import { TextForm } from "@/components/TextForm.tsx";
import { useHome } from "@/components/use_home.ts";
import type { FormError } from "@/lib/forms.ts";
import type { Home } from "@/lib/pages.ts";

/** What the home page brings. */
export interface RoomsOnlineProps {
  readonly first: Home;
  readonly userId: string | null;
  readonly error?: FormError;
}

export default function RoomsOnline({ first, userId, error }: RoomsOnlineProps) {
  const { home: { groups, directs, people }, unsent } = useHome(first, userId, "/api/rooms");
  const shared = { unsent, userId };
  return (
    <div class="home-lists">
      <section class="panel" aria-labelledby="groups-title">
        <h2 id="groups-title">Groups</h2>
        <RoomList rooms={groups} {...shared} />
        {userId !== null && (
          <TextForm
            action="/rooms"
            name="name"
            label="New group"
            placeholder="What is it about?"
            maxLength={64}
            submit="Make"
            error={error?.field === "group" ? error : undefined}
          >
            <label class="check">
              <input type="checkbox" name="private" value="1" />
              Private: only who is invited may enter
            </label>
          </TextForm>
        )}
      </section>
      {userId !== null && (
        <section class="panel" aria-labelledby="people-title">
          <h2 id="people-title">People</h2>
          {directs.length > 0 && <RoomList rooms={directs} {...shared} />}
          {people.length > 0 && (
            <>
              <h3>Online now</h3>
              <ul class="people">
                {people.map((user) => (
                  <li key={user.id}>
                    <PersonButton user={user} />
                  </li>
                ))}
              </ul>
            </>
          )}
          {directs.length + people.length === 0 && (
            <p class="empty">Nobody else is online. Send a friend the address of this page.</p>
          )}
          <TextForm
            action="/direct"
            name="username"
            label="Write to somebody"
            placeholder="Their name"
            maxLength={32}
            submit="Write"
            error={error?.field === "person" ? error : undefined}
          >
            <p class="people-link">
              <a href="/people">Find people by nickname or tag</a>
            </p>
          </TextForm>
        </section>
      )}
    </div>
  );
}
