/** Finding what was said. */
import { type Operation, operation } from "../operation.ts";
import { searchPage, searchQuery } from "../search_shapes.ts";
import * as shapes from "../shapes.ts";

export const search: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/search",
    summary: "Find messages by their words, in all rooms that one may read or in one of them",
    needsUser: true,
    query: searchQuery,
    status: 200,
    answer: searchPage,
    errors: ["not_found", "forbidden", "overloaded"],
    async run({ parley, user, query: { q: query, ...rest } }) {
      return { body: await parley.search.find(user, { query, ...rest }) };
    },
  }),
];
