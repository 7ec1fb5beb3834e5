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

Deno.test("through any mishaps every message arrives once, and every page shows the log", () => {
  fc.assert(
    fc.property(
      fc.array(mishap, { maxLength: 60 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (mishaps, dice) => {
        const clock = new FakeClock();
        const server = new FakeServer(clock);
        const store = new MemoryStore();
        let txns = 0;
        const open = () =>
          new RoomClient({
            snapshot: server.snapshot(),
            url: "",
            connect: server.connect,
            clock,
            random: () => dice.next().value ?? 0,
            store,
            newTxnId: () => `txn-${String(txns++).padStart(6, "0")}`,
          });
        let tabs = [open()];
        const written: string[] = [];
        server.prompt = false;

        for (const happening of mishaps) {
          switch (happening.kind) {
            case "send":
              written.push(`own ${written.length}`);
              tabs[0]?.send(written.at(-1) ?? "");
              break;
            case "hear":
              server.post(bob, "bob's");
              break;
            case "wait":
              clock.tick(happening.ms);
              break;
            case "deliver":
              for (const wire of [...server.wires]) wire.deliver(happening.count);
              break;
            case "cut":
              server.cut();
              break;
            case "server":
              server.up = happening.up;
              if (!happening.up) server.cut();
              break;
            case "mute":
              // A stream has no holes: what was swallowed ends with its connection.
              if (server.mute) server.cut();
              server.mute = happening.on;
              break;
            case "refuse":
              server.refusals.push({ code: happening.code, message: "No.", retryAfter: 100 });
              break;
            case "reload":
              for (const tab of tabs) tab.close();
              tabs = [open()];
              break;
            case "second tab":
              if (tabs.length < 2) tabs.push(open());
          }
        }

        // The bad time is over.
        if (server.mute) server.cut();
        Object.assign(server, { up: true, mute: false, prompt: true, refusals: [] });
        for (const wire of server.wires) wire.deliver();
        clock.tick(120_000);
        for (const tab of tabs) {
          for (const { txnId, status } of tab.state.pending) {
            if (status === "failed") tab.retry(txnId);
          }
        }
        clock.tick(60_000);

        const own = server.log.filter(({ text }) => text.startsWith("own"));
        assert.deepEqual(own.map(({ text }) => text).sort(), [...written].sort());
        if (!mishaps.some((event) => event.kind === "refuse" && event.code === "overloaded")) {
          assert.deepEqual(own.map(({ text }) => text), written, "in the order of writing");
        }
        for (const tab of tabs) {
          const { messages, pending, cursor, link } = tab.state;
          assert.equal(link, "online");
          assert.deepEqual(pending, []);
          assert.equal(cursor, server.log.length);
          assert.deepEqual(messages, messages.length ? server.log.slice(-messages.length) : []);
        }
        assert.equal(store.length, 0);
        for (const tab of tabs) tab.close();
        assert.equal(clock.pending, 0);
      },
    ),
    { numRuns: 500 },
  );
});
