import assert from "node:assert/strict";
import { countUnsent, Outbox } from "@/lib/client/outbox.ts";
import { MemoryStore, type Store } from "@/lib/client/platform.ts";

function unsent(txnId: string, roomId = 1) {
  return { txnId, roomId, text: `text ${txnId}`, createdAt: 0 };
}

Deno.test("what is put is there again after a reload, in the order of writing", () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store, "alice", 1);
  for (const id of ["b", "c", "a"]) outbox.put(unsent(id));
  outbox.fail("b", "no");
  outbox.remove("c");
  const again = new Outbox(store, "alice", 1);
  assert.deepEqual(again.entries, [unsent("a"), { ...unsent("b"), failed: "no" }]);
  again.revive("b");
  assert.deepEqual(new Outbox(store, "alice", 1).entries, [unsent("a"), unsent("b")]);
});

Deno.test("the next to send is the oldest that has not failed", () => {
  const outbox = new Outbox(new MemoryStore(), "alice", 1);
  outbox.put(unsent("a"));
  outbox.put(unsent("b"));
  outbox.fail("a", "no");
  assert.equal(outbox.next?.txnId, "b");
});

Deno.test("users and rooms do not see each other's messages", () => {
  const store = new MemoryStore();
  new Outbox(store, "alice", 1).put(unsent("a"));
  new Outbox(store, "alice", 2).put(unsent("b", 2));
  new Outbox(store, "alice", 2).put(unsent("c", 2));
  assert.deepEqual(new Outbox(store, "bob", 1).entries, []);
  assert.equal(new Outbox(store, "alice", 1).entries.length, 1);
  assert.deepEqual([...countUnsent(store, "alice")], [[1, 1], [2, 2]]);
});

Deno.test("two tabs never lose each other's messages", () => {
  const store = new MemoryStore();
  const [one, two] = [new Outbox(store, "alice", 1), new Outbox(store, "alice", 1)];
  one.put(unsent("a"));
  two.put(unsent("b"));
  one.adopt();
  assert.deepEqual(one.entries.map(({ txnId }) => txnId), ["a", "b"]);
  assert.deepEqual(two.entries.map(({ txnId }) => txnId), ["b"]);
});

Deno.test("news from another tab: added, removed, not ours", () => {
  const outbox = new Outbox(new MemoryStore(), "alice", 1);
  outbox.put(unsent("a"));
  const key = (id: string, user = "alice") => `parley:outbox:${user}:${id}`;
  assert.equal(outbox.changedElsewhere(key("b"), JSON.stringify(unsent("b"))), "added");
  assert.equal(outbox.changedElsewhere(key("b"), JSON.stringify(unsent("b", 2))), null);
  assert.equal(outbox.changedElsewhere(key("a"), null), "removed");
  assert.equal(outbox.changedElsewhere(key("a"), null), null);
  assert.equal(outbox.changedElsewhere(key("a", "bob"), null), null);
  assert.equal(outbox.changedElsewhere(null, null), null);
});

Deno.test("whatever else lies in the store is passed over", () => {
  const store = new MemoryStore();
  const junk = ["", "{", "null", "[]", "7", '"x"', '{"txnId":1}', '{"txnId":"x","roomId":"1"}'];
  junk.forEach((value, i) => store.setItem(`parley:outbox:alice:${i}`, value));
  store.setItem("theme", "dark");
  assert.deepEqual(new Outbox(store, "alice", 1).entries, []);
});

Deno.test("a store that always throws costs only the surviving of a reload", () => {
  const deny = (): never => {
    throw new Error("denied");
  };
  const store: Store = {
    get length() {
      return deny();
    },
    key: deny,
    getItem: deny,
    setItem: deny,
    removeItem: deny,
  };
  const outbox = new Outbox(store, "alice", 1);
  outbox.put(unsent("a"));
  assert.equal(outbox.entries.length, 1);
  outbox.remove("a");
  assert.equal(outbox.entries.length, 0);
  assert.equal(countUnsent(store, "alice").size, 0);
});
