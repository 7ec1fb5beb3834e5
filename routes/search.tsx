/** `GET /search`: finds messages by their words, everywhere or in one room. */
import { HttpError, page } from "fresh";
import { SearchPage, type SearchPageProps } from "@/components/SearchPage.tsx";
import { define } from "@/define.ts";
import { STATUS } from "@/lib/api/refusal.ts";
import { searchQuery } from "@/lib/api/search_shapes.ts";
import { faultText } from "@/lib/forms.ts";
import type { Parley } from "@/lib/parley.ts";
import { ProtocolError } from "@/lib/protocol/errors.ts";
import type { User } from "@/lib/protocol/server_frames.ts";

export const handler = define.handlers({
  async GET(ctx) {
    const { user, parley } = ctx.state;
    if (user === null) return ctx.redirect("/?next=/search", 303);
    const asked = Object.fromEntries([...ctx.url.searchParams].filter(([, value]) => value !== ""));
    ctx.state.title = "Search";
    try {
      const data = await show(parley, user, asked);
      const status = data.unavailable ? 503 : data.fault === undefined ? 200 : 422;
      // What is found may be gone, or not theirs to see, the next moment.
      return page(data, { status, headers: { "cache-control": "no-store" } });
    } catch (error) {
      if (error instanceof ProtocolError) throw new HttpError(STATUS[error.code]);
      throw error;
    }
  },
});

export default define.page<typeof handler>(({ data }) => <SearchPage {...data} />);

async function show(
  { pages, people, search }: Parley,
  user: User,
  asked: Record<string, string>,
): Promise<SearchPageProps & { unavailable?: true }> {
  const { q: query = "" } = asked;
  const nothing = { self: user, query, hits: [], people: new Map(), now: Date.now() };
  const { data, error } = searchQuery.partial({ q: true }).safeParse(asked);
  if (data === undefined) return { ...nothing, fault: faultText(error) };
  const { roomId, before, limit } = data;
  const room = roomId === undefined ? undefined : await pages.info(user, roomId);
  if (query === "") return { ...nothing, room };
  try {
    const { hits, next } = await search.find(user, { query, roomId, before, limit });
    const shown = await people.shown(hits.map(({ message }) => message.userId));
    const known = new Map(shown.map((person) => [person.id, person]));
    return { ...nothing, room, hits, next, people: known };
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.code !== "overloaded") throw error;
    return { ...nothing, room, fault: error.message, unavailable: true };
  }
}
