/**
 * The server, which kills itself at a named point of a message's path. Arguments: the point, and at
 * which time of passing it. Only what stands around the product's code is changed: Deno KV's
 * commits, and the worker that holds libSQL.
 */

/** Where it can be killed. */
export const KILL_POINTS = [
  "before the commit",
  "between commit and ack",
  "between ack and archive",
  "between libSQL's commit and the trim",
  "after the trim",
] as const;

/** One of them. */
export type KillPoint = (typeof KILL_POINTS)[number];

if (import.meta.main) {
  const [point, times] = Deno.args;
  let left = Number(times);
  watch((passed) => {
    if (passed === point && --left <= 0) Deno.kill(Deno.pid, "SIGKILL");
  });
  await import("../../serve.ts");
}

/** Calls `pass` whenever a point is passed, before anything else can happen. */
function watch(pass: (point: KillPoint) => void): void {
  watchCommits(pass);
  watchArchive(pass);
}

function watchCommits(pass: (point: KillPoint) => void): void {
  const { set, delete: remove, commit } = Deno.AtomicOperation.prototype;
  const adds = new WeakSet<Deno.AtomicOperation>();
  const trims = new WeakSet<Deno.AtomicOperation>();
  Object.assign(Deno.AtomicOperation.prototype, {
    set(this: Deno.AtomicOperation, ...args: Parameters<typeof set>) {
      if (["log", "log_group"].includes(String(args[0][0]))) adds.add(this);
      return set.apply(this, args);
    },
    delete(this: Deno.AtomicOperation, ...args: Parameters<typeof remove>) {
      if (args[0][0] === "log") trims.add(this);
      return remove.apply(this, args);
    },
    async commit(this: Deno.AtomicOperation) {
      if (adds.has(this)) pass("before the commit");
      const result = await commit.call(this);
      if (adds.has(this)) pass("between commit and ack");
      if (trims.has(this)) pass("after the trim");
      return result;
    },
  });
}

function watchArchive(pass: (point: KillPoint) => void): void {
  const batches = new Set<number>();
  globalThis.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
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
