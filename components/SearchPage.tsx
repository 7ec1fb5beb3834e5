import Moment from "@/islands/Moment.tsx";
import type { RoomInfo, User } from "@/lib/protocol/server_frames.ts";
import { wordsOf } from "@/lib/protocol/words.ts";
import type { Hit } from "@/lib/search.ts";
import { excerptOf } from "./excerpt.ts";
import { Logo } from "./Logo.tsx";
import { PersonName } from "./PersonName.tsx";

/** What the page of search shows. */
export interface SearchPageProps {
  readonly self: User;
  /** What was looked for; empty before that. */
  readonly query: string;
  /** The room that is searched, when it is only one. */
  readonly room?: RoomInfo;
  readonly hits: readonly Hit[];
  /** How people are shown, by id. */
  readonly people: ReadonlyMap<string, User>;
  /** Where the next page starts. */
  readonly next?: string;
  /** Why nothing could be searched: a sentence. */
  readonly fault?: string;
  /** The server's time, Unix milliseconds. */
  readonly now: number;
}

/** Finds what was said. It needs no script. */
export function SearchPage(props: SearchPageProps) {
  const { query, room, hits, next, fault } = props;
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        {room && <a class="button" href={`/rooms/${room.id}`}>Back to {room.name}</a>}
      </header>
      <main id="main" class="settings">
        <div class="settings-head">
          <h1>Search</h1>
        </div>
        <section class="panel" aria-label="Messages">
          <form class="text-form search-form" action="/search" role="search">
            <label for="search-query">Words of a message</label>
            <div class="text-form-row">
              <input
                id="search-query"
                name="q"
                type="search"
                required
                maxLength={200}
                autocomplete="off"
                autofocus={query === ""}
                defaultValue={query}
                aria-describedby={fault && "search-fault"}
              />
              <button type="submit" class="button main">Find</button>
            </div>
            {room && (
              <label class="check">
                <input type="checkbox" name="roomId" value={room.id} defaultChecked />
                Only in {room.name}
              </label>
            )}
          </form>
          {fault && <p id="search-fault" class="field-error" role="alert">{fault}</p>}
          {hits.length > 0 && <Hits {...props} />}
          {query !== "" && !fault && hits.length === 0 && (
            <p class="empty">
              Nothing found{room && ` in ${room.name}`}. All words must be in one message; the last
              one may be just its beginning.
            </p>
          )}
          {next && <a class="button" href={addressOf(query, room, next)}>Show older ones</a>}
        </section>
      </main>
    </div>
  );
}

function Hits({ self, query, room: only, hits, people, now }: SearchPageProps) {
  const words = wordsOf(query);
  return (
    <ol class="hits" aria-label="Found, newest first">
      {hits.map(({ message: { id, userId, sender, text, ts }, room }) => (
        <li key={id}>
          <a href={`/rooms/${room.id}`}>
            <span class="hit-facts">
              <span class="hit-by">
                {userId === self.id
                  ? "You"
                  : <PersonName user={people.get(userId) ?? { name: sender }} />}
              </span>
              {!only && <span class="hit-room">in {room.name}</span>}
              <Moment ts={ts} now={now} />
            </span>
            <span class="hit-text" dir="auto">
              {excerptOf(text, words).map((piece, index) =>
                piece.found ? <mark key={index}>{piece.text}</mark> : piece.text
              )}
            </span>
          </a>
        </li>
      ))}
    </ol>
  );
}

function addressOf(text: string, room: RoomInfo | undefined, before: string): string {
  const query = new URLSearchParams({ q: text, before });
  if (room !== undefined) query.set("roomId", String(room.id));
  return `/search?${query}`;
}
