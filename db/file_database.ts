/** A libSQL file, in a worker of its own: its driver runs SQL synchronously. */
import {
  type Database,
  DatabaseError,
  type DatabaseOptions,
  type Row,
  type Statement,
  type Value,
} from "./database.ts";

/** What the worker is asked. */
export type Question =
  | { readonly read: { sql: string; args?: readonly Value[] } }
  | { readonly write: readonly Statement[] }
  | { readonly close: true };

/** What it answers, with the number of the question. */
export type Answer =
  | { readonly id: number; readonly rows: Row[] }
  | { readonly id: number; readonly error: string };

/** Opens a file, made when it is not there. */
export function open({ url }: DatabaseOptions): Database {
  const worker = new Worker(new URL("./file_worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<Row[]>>();
  let last = 0;
  /** Why the worker can't answer any more. */
  let broken: DatabaseError | undefined;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("rows" in data) asked?.resolve(data.rows);
    else asked?.reject(new DatabaseError(data.error));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    broken = new DatabaseError(event.message);
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  const ask = (question: Question): Promise<Row[]> => {
    if (broken !== undefined) return Promise.reject(broken);
    const asked = Promise.withResolvers<Row[]>();
    waiting.set(++last, asked);
    worker.postMessage({ id: last, url, question });
    return asked.promise;
  };
  return {
    read: (sql, args) => ask({ read: { sql, args } }),
    write: async (statements) => void await ask({ write: statements }),
    async close() {
      // There is nothing to close in a worker that broke.
      if (broken === undefined) await ask({ close: true });
      worker.terminate();
    },
  };
}
