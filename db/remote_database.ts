/** A libSQL server over the network: `sqld`, Turso. */
import { type Client, createClient } from "@libsql/client/web";
import { readWith, writeWith } from "./client.ts";
import { type Database, DatabaseError, type DatabaseOptions } from "./database.ts";

/** A server that does not answer within this counts as away, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Opens a remote database. */
export function open({ url, authToken }: DatabaseOptions): Database {
  const impatient = (request: Request) =>
    fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const client: Client = createClient({ url, authToken, fetch: impatient });
  return {
    read: (sql, args) => asDatabaseError(readWith(client, sql, args)),
    write: (statements) => asDatabaseError(writeWith(client, statements)),
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

async function asDatabaseError<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(message, { cause: error });
  }
}
