/** A clock, a server, a store, and clients that use them. */
import { MemoryStore } from "@/lib/client/platform.ts";
import { RoomClient } from "@/lib/client/room_client.ts";
import type { RoomState } from "@/lib/client/room_state.ts";
import { FakeClock } from "./fake_clock.ts";
import { FakeServer } from "./fake_server.ts";

/** Everything that a test of a room client needs. `open` opens a tab. */
export function world() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const store = new MemoryStore();
  let txns = 0;
  const open = () =>
    new RoomClient({
      snapshot: server.snapshot(),
      url: "ws://parley.test/ws?batch=1",
      connect: server.connect,
      clock,
      random: () => 0.5,
      store,
      newTxnId: () => `txn-${String(txns++).padStart(6, "0")}`,
    });
  return { clock, server, store, open };
}

/** What a page shows as said. */
export function texts(state: RoomState): string[] {
  return state.messages.map(({ text }) => text);
}

/** What a page shows as on its way. */
export function waiting(state: RoomState): string[] {
  return state.pending.map(({ text, status }) => `${text}: ${status}`);
}

/** What the server has stored. */
export function logged(server: FakeServer): string[] {
  return server.log.map(({ text }) => text);
}
