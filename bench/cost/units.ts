/** Units in which Deno Deploy bills Deno KV: docs/cost.md says where that is written. */

/** What one write of a key and its value of so many bytes counts: 1 KiB a unit. */
export const writeUnits = (bytes: number): number => units(bytes, 1024);
/** What one read of so many bytes counts: 4 KiB a unit, and one when nothing was found. */
export const readUnits = (bytes: number): number => units(bytes, 4096);

function units(bytes: number, size: number): number {
  return Math.max(1, Math.ceil(bytes / size));
}
