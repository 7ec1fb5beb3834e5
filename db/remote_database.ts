/** A libSQL server over the network: `sqld`, Turso. */
import { type Client, createClient } from "@libsql/client/web";
import { readWith, writeWith } from "./client.ts";
import { type Database, DatabaseError, type DatabaseOptions } from "./database.ts";

/**
 * Opens a remote database. Over HTTP, whatever the URL says: a libSQL server answers both on one
 * port, only a request has an end that a time-out can bring about, and large batches are faster.
 */
export function open({ url, authToken, timeoutMs = 10_000 }: DatabaseOptions): Database {
  const clientOf = (timeoutMs: number): Client =>
    createClient({
      url: url.replace(/^ws/, "http"),
      authToken,
      fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs) }),
    });
  const client = clientOf(timeoutMs);
  return {
    read: (sql, args) => asDatabaseError(readWith(client, sql, args)),
    async write(statements, longerMs) {
      if (longerMs === undefined) return await asDatabaseError(writeWith(client, statements));
      const patient = clientOf(longerMs);
      await asDatabaseError(writeWith(patient, statements)).finally(() => patient.close());
    },
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
