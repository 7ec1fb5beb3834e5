import { useLayoutEffect, useState } from "preact/hooks";
import type { Zone } from "./dates.ts";

/**
 * `utc` in the HTML of the server and in the first render of the browser, which must be equal;
 * `local` from then on, before anything is painted again.
 */
export function useZone(): Zone {
  const [zone, setZone] = useState<Zone>("utc");
  useLayoutEffect(() => setZone("local"), []);
  return zone;
}
