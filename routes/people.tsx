/** `GET /people`: everybody here, or who fits what is looked for. */
import { page } from "fresh";
import { PeoplePage } from "@/components/PeoplePage.tsx";
import { define } from "@/define.ts";
import { peopleQuery } from "@/lib/api/people_shapes.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user, parley: { people } } = ctx.state;
    if (user === null) return ctx.redirect("/?next=/people", 303);
    ctx.state.title = "People";
    const asked = Object.fromEntries([...ctx.url.searchParams].filter(([, value]) => value !== ""));
    // An address that was tampered with shows everybody.
    const { q: query, tag, cursor, limit } = peopleQuery.safeParse(asked).data ??
      peopleQuery.parse({});
    const [{ items, next }, tags] = await Promise.all([
      people.search({ query, tag, cursor, limit }),
      people.tags({ limit: 30 }),
    ]);
    return page({ self: user, people: items, tags: tags.items, query, tag, next });
  },
});

export default define.page<typeof handler>(({ data }) => <PeoplePage {...data} />);
