export interface Statement { sql: string; args?: Args }
export type Value = string | number | null;
export type Args = Value[] | Record<string, Value>;
export type Row = Record<string, unknown>;
export interface Database {
  read(sql: string, args?: Args): Promise<Row[]>;
  write(statements: Statement[]): Promise<void>;
  close(): Promise<void>;
}
export class DatabaseError extends Error { override readonly name = "DatabaseError"; }
import { createClient } from "@libsql/client";
export function openDatabase({ url, authToken }: { url: string; authToken?: string }): Database {
  const c = createClient({ url, authToken, timeout: 5000 } as never);
  const wal = url.startsWith("file:") ? c.execute("pragma journal_mode=wal") : Promise.resolve();
  const wrap = async <T>(f: () => Promise<T>) => { try { await wal; return await f(); } catch (e) { throw new DatabaseError(String(e), { cause: e }); } };
  return {
    read: (sql, args) => wrap(async () => (await c.execute({ sql, args: args ?? [] })).rows as unknown as Row[]),
    write: (s) => wrap(async () => { await c.batch(s.map((x) => ({ sql: x.sql, args: x.args ?? [] })), "write"); }),
    close: () => { c.close(); return Promise.resolve(); },
  };
}
