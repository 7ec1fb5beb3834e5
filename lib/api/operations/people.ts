/** Who people are. */
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const people: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/profile",
    summary: "Who one is",
    needsUser: true,
    status: 200,
    answer: shapes.user,
    errors: [],
    run: ({ user }) => Promise.resolve({ body: user }),
  }),
];
