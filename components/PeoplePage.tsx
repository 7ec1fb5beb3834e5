import type { Person } from "@/lib/directory/profile.ts";
import type { User } from "@/lib/protocol/server_frames.ts";
import { Logo } from "./Logo.tsx";
import { Members } from "./Members.tsx";

/** What the page of all people shows. */
export interface PeoplePageProps {
  readonly self: User;
  readonly people: readonly Person[];
  /** Tags that people have. */
  readonly tags: readonly { readonly tag: string; readonly count: number }[];
  /** What was looked for. */
  readonly query?: string;
  readonly tag?: string;
  /** Where the next page starts. */
  readonly next?: string;
}

/** Everybody here, or who fits what is looked for; each can be written to. It needs no script. */
export function PeoplePage({ self, people, tags, query, tag, next }: PeoplePageProps) {
  const address = (fields: Record<string, string | undefined>) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return `/people?${new URLSearchParams(given as [string, string][])}`;
  };
  return (
    <div class="home">
      <header class="home-header">
        <a href="/" aria-label="Parley, all rooms">
          <Logo />
        </a>
        <a class="button" href="/profile">Your profile</a>
      </header>
      <main id="main" class="settings">
        <div class="settings-head">
          <h1>People</h1>
        </div>
        <section class="panel" aria-label="People">
          <form class="text-form people-search" action="/people" role="search">
            <label for="people-query">Name or nickname</label>
            <div class="text-form-row">
              <input
                id="people-query"
                name="q"
                type="search"
                maxLength={100}
                autocomplete="off"
                defaultValue={query}
              />
              {tag && <input type="hidden" name="tag" value={tag} />}
              <button type="submit" class="button main">Find</button>
            </div>
          </form>
          {tags.length > 0 && (
            <ul class="tags" aria-label="Tags">
              {tags.map(({ tag: each, count }) => (
                <li key={each}>
                  <a
                    class="tag"
                    href={address({ q: query, tag: each === tag ? undefined : each })}
                    aria-current={each === tag ? "true" : undefined}
                  >
                    {each} <span class="tag-count">{count}</span>
                    {each === tag && <span class="sr-only">, chosen: show everybody again</span>}
                  </a>
                </li>
              ))}
            </ul>
          )}
          {people.length > 0
            ? <Members members={people} self={self} />
            : <p class="empty">Nobody here fits. Try the beginning of a name.</p>}
          {next && <a class="button" href={address({ q: query, tag, cursor: next })}>Show more</a>}
        </section>
      </main>
    </div>
  );
}
