/** Rooms and people, kept current while somebody looks. */
import { useEffect, useState } from "preact/hooks";
import { countUnsent } from "@/lib/client/outbox.ts";
import type { Home } from "@/lib/pages.ts";
import { browserStore } from "./browser_chat.ts";

const EVERY_MS = 10_000;
/** Time enough for a room's own page to have joined, so that its visitor is counted. */
const FIRST_MS = 1_500;

/** What a list of rooms shows. */
export interface LiveHome {
  readonly home: Home;
  /** Room id → messages that could not be sent yet. */
  readonly unsent: ReadonlyMap<number, number>;
}

/**
 * Starts with what the page brought, and asks for news while it is visible.
 *
 * @param address `/api/rooms`, with the query that the page's own list came by
 */
export function useHome(first: Home, userId: string | null, address: string): LiveHome {
  const [home, setHome] = useState(first);
  const [unsent, setUnsent] = useState<ReadonlyMap<number, number>>(new Map());

  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    const count = () => userId !== null && setUnsent(countUnsent(browserStore(), userId));
    async function look(): Promise<void> {
      if (document.hidden) return;
      count();
      const response = await fetch(address, { signal }).catch(() => null);
      // Without an answer the lists stay as they are; the next look may have more luck.
      if (response?.ok) setHome(await response.json());
    }
    const soon = setTimeout(look, FIRST_MS);
    const timer = setInterval(look, EVERY_MS);
    document.addEventListener("visibilitychange", look, { signal });
    count();
    return () => {
      end.abort();
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, []);

  return { home, unsent };
}
