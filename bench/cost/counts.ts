/** What a run used of all that hosts bill, counted on a running server. */

/** Totals since the server's start. */
export interface Counts {
  /** Keys that were set or deleted in Deno KV, by commits that succeeded. */
  readonly kvWrites: number;
  readonly kvWriteUnits: number;
  /** Of keys and values that were set. */
  readonly kvBytes: number;
  readonly kvReadUnits: number;
  /** SQL statements that libSQL ran, those that begin and end transactions among them. */
  readonly statements: number;
  /** As libSQL's server counts and bills them. */
  readonly rowsWritten: number;
  readonly rowsRead: number;
  readonly frames: number;
  /** Payloads of frames to clients: what is added to each on its way is not in it. */
  readonly frameBytes: number;
  /** Of the server's process, in milliseconds. */
  readonly cpuMs: number;
  /** Of the database. */
  readonly databaseBytes: number;
}

/** What the messages between two countings used, for 1,000 of them. */
export function perThousand(before: Counts, after: Counts, messages: number): Counts {
  const of = (count: keyof Counts) => (after[count] - before[count]) * 1000 / messages;
  return {
    kvWrites: of("kvWrites"),
    kvWriteUnits: of("kvWriteUnits"),
    kvBytes: of("kvBytes"),
    kvReadUnits: of("kvReadUnits"),
    statements: of("statements"),
    rowsWritten: of("rowsWritten"),
    rowsRead: of("rowsRead"),
    frames: of("frames"),
    frameBytes: of("frameBytes"),
    cpuMs: of("cpuMs"),
    databaseBytes: of("databaseBytes"),
  };
}
