/** Notes in Deno KV about what must be copied to libSQL, or fetched from there. */

/** All notes of records that changed. */
export const copyMarkers: Deno.KvKey = ["copy"];

/** All notes of rooms that were removed, but whose events are not gone yet. */
export const purgeMarkers: Deno.KvKey = ["purge"];

/** The key that says "the events of this room must go". */
export function purgeMarker(roomId: number): Deno.KvKey {
  return [...purgeMarkers, roomId];
}

/** Set in a KV that is fresh, until it is known what libSQL has. */
export const RESTORE: Deno.KvKey = ["restore"];

/**
 * The key that says "this record changed": set in the same atomic as the record itself,
 * removed when libSQL has it.
 */
export function copyMarker(kind: "user" | "room", id: string): Deno.KvKey {
  return [...copyMarkers, kind, id];
}
