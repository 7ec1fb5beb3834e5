/** A room client in a browser page: its clock, socket and store, and the page's own events. */
import { v7 } from "uuid";
import { connectWebSocket, MemoryStore, type Store, systemClock } from "@/lib/client/platform.ts";
import { RoomClient } from "@/lib/client/room_client.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";

/** A client that follows the page's network and visibility; `end` closes it and lets go of them. */
export function openRoomClient(snapshot: RoomSnapshot): { client: RoomClient; end: () => void } {
  const client = new RoomClient({
    snapshot,
    url: new URL("/ws?batch=1", location.href.replace(/^http/, "ws")).href,
    connect: connectWebSocket,
    clock: systemClock,
    random: Math.random,
    store: browserStore(),
    newTxnId: () => v7(),
  });
  const page = new AbortController();
  const { signal } = page;
  const network = () => client.network(navigator.onLine);
  addEventListener("online", network, { signal });
  addEventListener("offline", network, { signal });
  // Out of the back/forward cache, or of a laptop's sleep, a socket may be dead without a word.
  addEventListener("pageshow", ({ persisted }) => persisted && network(), { signal });
  document.addEventListener("visibilitychange", () => !document.hidden && network(), { signal });
  addEventListener("storage", ({ key, newValue }) => client.storeChanged(key, newValue), {
    signal,
  });
  return {
    client,
    end() {
      page.abort();
      client.close();
    },
  };
}

/** The browser's lasting store; where it is forbidden, one for as long as the page lives. */
export function browserStore(): Store {
  let store: Store = new MemoryStore();
  try {
    store = localStorage;
  } catch {
    // Forbidden: reading the property is what throws.
  }
  return store;
}
