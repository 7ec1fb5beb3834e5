/**
 * The server, which kills itself at a named point of a message's path, of its start or of its stop.
 * Arguments: the point, and at which time of passing it. Only what stands around the product's code
 * is changed: Deno KV's commits, the worker that holds libSQL, and where the process begins and
 * ends.
 */

/** Points of a message's path. */
export const KILL_POINTS = [
  "before the commit",
  "between commit and ack",
  "between ack and archive",
  "between libSQL's commit and the trim",
  "after the trim",
] as const;

/** Points of the way from a group, which holds what was said in many rooms, to their own logs. */
export const GROUP_POINTS = [
  "after a group is stored",
  "before a group is removed",
  "after a group is removed",
] as const;

/** Points of a start after a kill, while nobody is there. */
export const START_POINTS = [
  "at start: before the journal is opened",
  "at start: before libSQL is opened",
  "at start: while the journal is replayed",
  "at start: before what a group holds is moved",
  "at start: before a group is removed",
  "at start: after a group is removed",
  "at start: between ack and archive",
  "at start: between libSQL's commit and the trim",
  "at start: after the trim",
] as const;

/** Points of a stop that was asked for while people talk. */
export const STOP_POINTS = [
  "at stop: when the signal comes",
  "at stop: between ack and archive",
  "at stop: between libSQL's commit and the trim",
  "at stop: after the trim",
  "at stop: before the journal is closed",
  "at stop: after the journal is closed",
] as const;

/** One of them. */
export type KillPoint = (
  | typeof KILL_POINTS
  | typeof GROUP_POINTS
  | typeof START_POINTS
  | typeof STOP_POINTS
)[number];

/** What the server writes to its log before it kills itself. */
export function dyingWords(point: KillPoint): string {
  return `dies now: ${point}`;
}

/** Told of every step, before anything else can happen. */
type Pass = (step: string) => void;

if (import.meta.main) {
  const [point, times] = Deno.args as [KillPoint, string];
  let left = Number(times);
  // Who means the start lets nobody in: all that is done is part of it.
  let phase = point.startsWith("at start: ") ? "at start: " : "";
  const pass: Pass = (step) => {
    if (step === "when the signal comes") phase = "at stop: ";
    if (phase + step !== point || --left > 0) return;
    console.error(dyingWords(point));
    Deno.kill(Deno.pid, "SIGKILL");
  };
  watchProcess(pass);
  watchJournal(pass);
  watchCommits(pass);
  watchArchive(pass);
  await import("../../serve.ts");
}

function watchProcess(pass: Pass): void {
  const { addSignalListener } = Deno;
  Deno.addSignalListener = (signal, handler) =>
    addSignalListener(signal, () => {
      pass("when the signal comes");
      handler();
    });
}

function watchJournal(pass: Pass): void {
  const { openKv } = Deno;
  Object.defineProperty(Deno, "openKv", {
    value: (path?: string) => {
      pass("before the journal is opened");
      return openKv(path);
    },
  });
  const { list, close } = Deno.Kv.prototype;
  Object.assign(Deno.Kv.prototype, {
    list(this: Deno.Kv, ...args: Parameters<typeof list>) {
      const [selector] = args;
      const [kind] = "prefix" in selector ? selector.prefix : selector.start;
      if (kind === "log") pass("while the journal is replayed");
      return list.apply(this, args);
    },
    close(this: Deno.Kv) {
      pass("before the journal is closed");
      close.call(this);
      pass("after the journal is closed");
    },
  });
}

function watchCommits(pass: Pass): void {
  const { set, delete: remove, commit } = Deno.AtomicOperation.prototype;
  const adds = new WeakSet<Deno.AtomicOperation>();
  const groups = new WeakSet<Deno.AtomicOperation>();
  const moves = new WeakSet<Deno.AtomicOperation>();
  const trims = new WeakSet<Deno.AtomicOperation>();
  const removals = new WeakSet<Deno.AtomicOperation>();
  Object.assign(Deno.AtomicOperation.prototype, {
    set(this: Deno.AtomicOperation, ...args: Parameters<typeof set>) {
      const [kind] = args[0];
      if (kind === "log" || kind === "log_group") adds.add(this);
      if (kind === "log_group") groups.add(this);
      if (kind === "log") moves.add(this);
      return set.apply(this, args);
    },
    delete(this: Deno.AtomicOperation, ...args: Parameters<typeof remove>) {
      const [kind] = args[0];
      if (kind === "log") trims.add(this);
      if (kind === "log_group") removals.add(this);
      return remove.apply(this, args);
    },
    async commit(this: Deno.AtomicOperation) {
      if (adds.has(this)) pass("before the commit");
      if (moves.has(this)) pass("before what a group holds is moved");
      if (removals.has(this)) pass("before a group is removed");
      const result = await commit.call(this);
      if (adds.has(this)) pass("between commit and ack");
      if (groups.has(this)) pass("after a group is stored");
      if (trims.has(this)) pass("after the trim");
      if (removals.has(this)) pass("after a group is removed");
      return result;
    },
  });
}

function watchArchive(pass: Pass): void {
  const batches = new Set<number>();
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      pass("before libSQL is opened");
      super(...args);
      this.addEventListener("message", ({ data }) => {
        if (batches.delete(data.id)) pass("between libSQL's commit and the trim");
      });
    }

    override postMessage(message: { id: number; question: unknown }): void {
      if (JSON.stringify(message.question).includes("INSERT INTO events")) {
        pass("between ack and archive");
        batches.add(message.id);
      }
      super.postMessage(message);
    }
  };
}
