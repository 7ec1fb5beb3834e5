/** A real Deno KV that can be told to store nothing. */

/** The same KV; a commit is refused when `fails` says so, at the moment of each. */
export function failingKv(kv: Deno.Kv, fails: () => boolean): Deno.Kv {
  const atomic = () => {
    const operation = kv.atomic();
    const commit = operation.commit.bind(operation);
    operation.commit = () => fails() ? Promise.reject(new Error("the disk is full")) : commit();
    return operation;
  };
  return new Proxy(kv, {
    get(_, name) {
      if (name === "atomic") return atomic;
      const value = Reflect.get(kv, name);
      return typeof value === "function" ? value.bind(kv) : value;
    },
  });
}
