/** Statements as a libSQL client takes them, and its answers as plain rows. */
import type { Client } from "@libsql/client";
import type { Row, Statement, Value } from "./database.ts";

/** Rows of one statement. */
export async function readWith(
  client: Client,
  sql: string,
  args: readonly Value[] = [],
): Promise<Row[]> {
  const { columns, rows } = await client.execute({ sql, args: [...args] });
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index] as Value | ArrayBuffer]))
  );
}

/** All statements in one transaction. */
export async function writeWith(client: Client, statements: readonly Statement[]): Promise<void> {
  await client.batch(statements.map(({ sql, args = [] }) => ({ sql, args: [...args] })), "write");
}
