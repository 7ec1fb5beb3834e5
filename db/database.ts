/** The database behind the archive: any libSQL, in a file or over the network. */

/** A value of a column. */
export type Value = string | number | null;
/** A row by column name; a BLOB comes as an ArrayBuffer. */
export type Row = Readonly<Record<string, Value | ArrayBuffer>>;

/** One SQL statement with its arguments, by place. */
export interface Statement {
  readonly sql: string;
  readonly args?: readonly Value[];
}

/** What the archive needs of a database. Every rejection is a {@link DatabaseError}. */
export interface Database {
  /** The rows of one statement that changes nothing. */
  read(sql: string, args?: readonly Value[]): Promise<Row[]>;
  /**
   * Runs the statements in one transaction: all of them, durably, or none.
   *
   * @param timeoutMs how long it may take, when that is longer than usual, in milliseconds
   */
  write(statements: readonly Statement[], timeoutMs?: number): Promise<void>;
  /** Lets go of it. Nothing may be asked after this. */
  close(): Promise<void>;
}

/** The database could not be reached, or refused a statement. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

/** Which database. */
export interface DatabaseOptions {
  /** `file:`, `http(s):`, `ws(s):` or `libsql:`. */
  readonly url: string;
  readonly authToken?: string;
  /** A server that does not answer within this counts as away, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
}
