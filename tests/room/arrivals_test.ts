/** Everybody knows who is here: in a large room a moment later, by far fewer frames. */
import assert from "node:assert/strict";
import { Arrivals } from "@/lib/room/arrivals.ts";
import { until } from "../temp.ts";

class Listener {
  readonly heard: string[] = [];
  notify(json: string): void {
    this.heard.push(json);
  }
}

/** A room in which so many listen. */
function roomOf(count: number) {
  const listeners = new Set(Array.from({ length: count }, () => new Listener()));
  const arrivals = new Arrivals(listeners);
  const come = (name: string) => {
    const listener = new Listener();
    arrivals.tell(name);
    listeners.add(listener);
    arrivals.enter(listener);
    return listener;
  };
  return { listeners, arrivals, come, first: [...listeners][0] ?? assert.fail("nobody") };
}

Deno.test("in a small room others hear at once who came", () => {
  const { come, first } = roomOf(3);
  const ann = come("ann");
  const bob = come("bob");
  assert.deepEqual(first.heard, ["ann", "bob"]);
  assert.deepEqual([ann.heard, bob.heard], [["bob"], []]);
});

Deno.test("in a large room all hear it, in order, but nobody of who was there before", async () => {
  const { come, first } = roomOf(60);
  const ann = come("ann");
  const bob = come("bob");
  assert.deepEqual(first.heard, []);
  await until(() => first.heard.length > 0);
  assert.deepEqual(first.heard, ["ann", "bob"]);
  assert.deepEqual([ann.heard, bob.heard], [["bob"], []]);
  const cid = come("cid");
  await until(() => first.heard.length > 2);
  assert.deepEqual([ann.heard, bob.heard, cid.heard], [["bob", "cid"], ["cid"], []]);
});

Deno.test("what is told of somebody comes behind their arrival", () => {
  const { arrivals, come, first } = roomOf(60);
  come("ann");
  arrivals.flush();
  assert.deepEqual(first.heard, ["ann"]);
});
