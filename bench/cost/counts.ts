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

/** What was used between two countings. */
export function between(before: Counts, after: Counts): Counts {
  return each((count) => after[count] - before[count]);
}

/** So many times as much. */
export function times(counts: Counts, factor: number): Counts {
  return each((count) => counts[count] * factor);
}

function each(value: (count: keyof Counts) => number): Counts {
  return {
    kvWrites: value("kvWrites"),
    kvWriteUnits: value("kvWriteUnits"),
    kvBytes: value("kvBytes"),
    kvReadUnits: value("kvReadUnits"),
    statements: value("statements"),
    rowsWritten: value("rowsWritten"),
    rowsRead: value("rowsRead"),
    frames: value("frames"),
    frameBytes: value("frameBytes"),
    cpuMs: value("cpuMs"),
    databaseBytes: value("databaseBytes"),
  };
}
