/**
 * The server, which counts what hosts bill. The product is as it is: Deno KV, the requests to libSQL
 * and the sockets are watched from outside. On SIGUSR2 it writes a line `counts {…}` to its standard
 * error. Argument: how many milliseconds longer each commit takes, as where Deno KV is far away.
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { serialize } from "node:v8";
import { z } from "zod";
import type { Counts } from "./counts.ts";
import { readUnits, writeUnits } from "./units.ts";

const total = {
  kvWrites: 0,
  kvWriteUnits: 0,
  kvBytes: 0,
  kvReadUnits: 0,
  statements: 0,
  rowsWritten: 0,
  rowsRead: 0,
  frameBytes: 0,
};

/** Those of {@link Counts} that are counted here. */
export type Counted = typeof total & Pick<Counts, "cpuMs">;

/** What one statement did, as libSQL's server tells it. */
const statement = z.object({ rows_read: z.number(), rows_written: z.number() });
/** An answer to a pipeline of requests: only the parts that are counted. */
const answers = z.object({
  results: z.array(z.object({
    response: z.object({
      result: z.union([
        statement,
        z.object({ step_results: z.array(statement.nullable()) }),
      ]).optional(),
    }).optional(),
  })),
});

watchCommits(Number(Deno.args[0] ?? 0));
watchReads();
watchStatements();
watchFrames();
Deno.addSignalListener("SIGUSR2", () => {
  const { user, system } = process.cpuUsage();
  const counted: Counted = { ...total, cpuMs: (user + system) / 1000 };
  console.error(`counts ${JSON.stringify(counted)}`);
});
await import("../../serve.ts");

function watchCommits(slowerMs: number): void {
  const atomic = Deno.AtomicOperation.prototype;
  const { set, delete: remove, commit } = atomic;
  /** Bytes of each write of an operation. */
  const writes = new WeakMap<Deno.AtomicOperation, number[]>();
  const add = (operation: Deno.AtomicOperation, bytes: number) => {
    const sizes = writes.get(operation);
    if (sizes === undefined) writes.set(operation, [bytes]);
    else sizes.push(bytes);
  };
  Object.assign(atomic, {
    set(this: Deno.AtomicOperation, ...args: Parameters<typeof set>) {
      add(this, sizeOf(args[0], args[1]));
      return set.apply(this, args);
    },
    delete(this: Deno.AtomicOperation, key: Deno.KvKey) {
      add(this, 0);
      return remove.call(this, key);
    },
    async commit(this: Deno.AtomicOperation) {
      if (slowerMs > 0) await new Promise((resolve) => setTimeout(resolve, slowerMs));
      const result = await commit.call(this);
      if (result.ok) { for (const bytes of writes.get(this) ?? []) count(bytes); }
      return result;
    },
  });
  const kv = Deno.Kv.prototype;
  const single = { set: kv.set, delete: kv.delete };
  Object.assign(kv, {
    set(this: Deno.Kv, ...args: Parameters<typeof single.set>) {
      count(sizeOf(args[0], args[1]));
      return single.set.apply(this, args);
    },
    delete(this: Deno.Kv, key: Deno.KvKey) {
      count(0);
      return single.delete.call(this, key);
    },
  });
}

/** Counts a write; one that deletes has no bytes. */
function count(bytes: number): void {
  total.kvWrites++;
  total.kvWriteUnits += writeUnits(bytes);
  total.kvBytes += bytes;
}

function watchReads(): void {
  const kv = Deno.Kv.prototype;
  const { get, getMany, list } = kv;
  Object.assign(kv, {
    async get(this: Deno.Kv, ...args: Parameters<typeof get>) {
      const entry = await get.apply(this, args);
      total.kvReadUnits += readUnits(sizeOf(entry.key, entry.value));
      return entry;
    },
    async getMany(this: Deno.Kv, ...args: Parameters<typeof getMany>) {
      const entries = await getMany.apply(this, args);
      for (const { key, value } of entries) total.kvReadUnits += readUnits(sizeOf(key, value));
      return entries;
    },
    list(this: Deno.Kv, ...args: Parameters<typeof list>) {
      const entries = list.apply(this, args);
      const next = entries.next.bind(entries);
      let bytes = 0;
      // What a list reads is counted together.
      total.kvReadUnits++;
      entries.next = async () => {
        const step = await next();
        if (step.done) return step;
        const before = readUnits(bytes);
        bytes += sizeOf(step.value.key, step.value.value);
        total.kvReadUnits += readUnits(bytes) - before;
        return step;
      };
      return entries;
    },
  });
}

/** What a key and its value take: bytes are stored as they are, all else as V8 writes it. */
function sizeOf(key: Deno.KvKey, value: unknown): number {
  const ofValue = value instanceof Uint8Array ? value : serialize(value);
  return key.reduce((sum: number, part) => sum + sizeOfPart(part), ofValue.byteLength);
}

/** A part of a key has a byte of type; text ends with a zero, numbers have 8 bytes. */
function sizeOfPart(part: Deno.KvKeyPart): number {
  if (typeof part === "string") return Buffer.byteLength(part) + 2;
  if (part instanceof Uint8Array) return part.byteLength + 2;
  return typeof part === "boolean" ? 1 : 9;
}

function watchStatements(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (...args: Parameters<typeof fetch>) => {
    const answer = await fetch(...args);
    if (answer.url.endsWith("/pipeline")) note(answers.parse(await answer.clone().json()));
    return answer;
  };
}

function note({ results }: z.infer<typeof answers>): void {
  for (const { response } of results) {
    const { result } = response ?? {};
    if (result === undefined) continue;
    for (const step of "step_results" in result ? result.step_results : [result]) {
      if (step === null) continue;
      total.statements++;
      total.rowsRead += step.rows_read;
      total.rowsWritten += step.rows_written;
    }
  }
}

function watchFrames(): void {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    // Parley sends text and bytes only.
    if (typeof data === "string") total.frameBytes += Buffer.byteLength(data);
    else if (data instanceof Uint8Array) total.frameBytes += data.byteLength;
    return send.call(this, data);
  };
}
