/** Whatever happens to the wires: every message once, in order, and everybody sees the same. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { MemoryStore } from "@/lib/client/platform.ts";
import { RoomClient } from "@/lib/client/room_client.ts";
import { FakeClock } from "./fake_clock.ts";
import { bob, FakeServer } from "./fake_server.ts";

const mishap = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: "send" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "hear" as const }) },
  { weight: 4, arbitrary: fc.nat(2_000).map((ms) => ({ kind: "wait" as const, ms })) },
  { weight: 3, arbitrary: fc.nat(3).map((count) => ({ kind: "deliver" as const, count })) },
  { weight: 2, arbitrary: fc.constant({ kind: "cut" as const }) },
  { weight: 1, arbitrary: fc.boolean().map((up) => ({ kind: "server" as const, up })) },
  { weight: 1, arbitrary: fc.boolean().map((on) => ({ kind: "mute" as const, on })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("rate_limited" as const, "overloaded" as const)
      .map((code) => ({ kind: "refuse" as const, code })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "reload" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "second tab" as const }) },
);
type Mishap = typeof mishap extends fc.Arbitrary<infer Value> ? Value : never;

/** A server, its user's tabs, and the store that they share. */
class World {
  readonly clock = new FakeClock();
  readonly server = new FakeServer(this.clock);
  readonly store = new MemoryStore();
  readonly written: string[] = [];
  tabs: RoomClient[];
  #txns = 0;

  constructor(readonly random: () => number) {
    this.server.prompt = false;
    this.tabs = [this.open()];
  }

  open(): RoomClient {
    return new RoomClient({
      snapshot: this.server.snapshot(),
      url: "",
      connect: this.server.connect,
      clock: this.clock,
      random: this.random,
      store: this.store,
      newTxnId: () => `txn-${String(this.#txns++).padStart(6, "0")}`,
    });
  }

  suffer(mishap: Mishap): void {
    const { server, tabs, written } = this;
    switch (mishap.kind) {
      case "send":
        written.push(`own ${written.length}`);
        return tabs[0]?.send(written.at(-1) ?? "");
      case "hear":
        return void server.post(bob, "bob's");
      case "wait":
        return this.clock.tick(mishap.ms);
      case "deliver":
        return [...server.wires].forEach((wire) => wire.deliver(mishap.count));
      case "cut":
        return server.cut();
      case "server":
        server.up = mishap.up;
        return mishap.up ? undefined : server.cut();
      case "mute":
        // A stream has no holes: what was swallowed ends with its connection.
        if (server.mute) server.cut();
        server.mute = mishap.on;
        return;
      case "refuse":
        return void server.refusals.push({ code: mishap.code, message: "No.", retryAfter: 100 });
      case "reload":
        for (const tab of tabs) tab.close();
        this.tabs = [this.open()];
        return;
      case "second tab":
        if (tabs.length < 2) tabs.push(this.open());
    }
  }

  /** The bad time is over, and whatever failed is tried again by its author. */
  recover(): void {
    const { server, clock } = this;
    if (server.mute) server.cut();
    Object.assign(server, { up: true, mute: false, prompt: true, refusals: [] });
    for (const wire of server.wires) wire.deliver();
    clock.tick(120_000);
    for (const tab of this.tabs) {
      for (const { txnId, status } of tab.state.pending) if (status === "failed") tab.retry(txnId);
    }
    clock.tick(60_000);
  }
}

Deno.test("through any mishaps every message arrives once, and every page shows the log", () => {
  const dice = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));
  fc.assert(
    fc.property(fc.array(mishap, { maxLength: 60, size: "max" }), dice, (mishaps, dice) => {
      const world = new World(() => dice.next().value ?? 0);
      for (const mishap of mishaps) world.suffer(mishap);
      world.recover();
      const { server, tabs, written, store, clock } = world;

      const own = server.log.map(({ text }) => text).filter((text) => text.startsWith("own"));
      assert.deepEqual([...own].sort(), [...written].sort());
      // A message that was given up and tried again by hand comes after later ones.
      const givenUp = mishaps.some((event) =>
        event.kind === "refuse" && event.code === "overloaded"
      );
      if (!givenUp) assert.deepEqual(own, written, "in the order of writing");

      for (const tab of tabs) {
        const { messages, pending, cursor, link } = tab.state;
        assert.equal(link, "online");
        assert.deepEqual(pending, []);
        assert.equal(cursor, server.log.length);
        assert.deepEqual(messages, server.log.slice(server.log.length - messages.length));
        tab.close();
      }
      assert.equal(store.length, 0, "nothing is left unsent");
      assert.equal(clock.pending, 0, "and no timer");
    }),
    { numRuns: 500 },
  );
});
