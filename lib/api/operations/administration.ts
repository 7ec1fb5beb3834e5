/** What is for administrators of the server. */
import { type Operation, operation } from "../operation.ts";
import * as shapes from "../shapes.ts";

export const administration: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/admin/accounts",
    summary: "All accounts: administrators may see them",
    needsUser: true,
    query: shapes.accountsQuery,
    status: 200,
    answer: shapes.accountList,
    errors: ["forbidden"],
    async run({ parley, user, query }) {
      return { body: await parley.administration.accounts(user, query) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "PATCH",
    path: "/api/admin/accounts/{username}",
    summary: "Put an account out of use or in again, or make it an administrator",
    needsUser: true,
    params: shapes.accountParams,
    body: shapes.accountChanges,
    status: 200,
    answer: shapes.nothing,
    errors: ["forbidden", "not_found"],
    async run({ parley: { administration }, user, params: { username }, body }) {
      await administration.expect(user);
      if (body.deactivated === true) await administration.deactivate(user, username);
      if (body.deactivated === false) await administration.reactivate(user, username);
      if (body.administrator) await administration.promote(user, username);
      return { body: {} };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/admin/accounts/{username}/sessions",
    summary: "The sessions of an account",
    needsUser: true,
    params: shapes.accountParams,
    status: 200,
    answer: shapes.sessionList,
    errors: ["forbidden", "not_found"],
    async run({ parley, user, params }) {
      return { body: { sessions: await parley.administration.sessions(user, params.username) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "PATCH",
    path: "/api/admin/settings",
    summary: "Open or close registration",
    needsUser: true,
    body: shapes.serverSettings,
    status: 200,
    answer: shapes.serverSettings,
    errors: ["forbidden"],
    async run({ parley: { administration }, user, body }) {
      await administration.setRegistration(user, body.registrationOpen);
      return { body: { registrationOpen: await administration.registrationOpen() } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/admin/audit",
    summary: "What administrators did, and those who keep order in groups",
    needsUser: true,
    query: shapes.auditQuery,
    status: 200,
    answer: shapes.auditPage,
    errors: ["forbidden"],
    async run({ parley, user, query }) {
      return { body: { entries: await parley.administration.audit(user, query) } };
    },
  }),
];
