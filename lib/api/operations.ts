/** All operations of the REST API. */
import type { Operation } from "./operation.ts";
import { accounts } from "./operations/accounts.ts";
import { administration } from "./operations/administration.ts";
import { bots } from "./operations/bots.ts";
import { changes } from "./operations/changes.ts";
import { members } from "./operations/members.ts";
import { messages } from "./operations/messages.ts";
import { passkeys } from "./operations/passkeys.ts";
import { people } from "./operations/people.ts";
import { rooms } from "./operations/rooms.ts";
import { search } from "./operations/search.ts";
import { tokens } from "./operations/tokens.ts";
import { webhooks } from "./operations/webhooks.ts";

/** The operations of a server that takes texts of this length. */
export function operations(maxTextLength: number): Operation[] {
  return [
    ...accounts,
    ...administration,
    ...tokens,
    ...bots,
    ...passkeys,
    ...people,
    ...rooms,
    ...members,
    ...messages(maxTextLength),
    ...changes(maxTextLength),
    ...search,
    ...webhooks(maxTextLength),
  ];
}
