/** How somebody without a picture looks: always the same, and most likely unlike the others. */

/** How many colours there are; `avatar.css` names each. */
export const HUES = 12;

/** A colour number for a user id, the same everywhere and for ever. */
export function hueOf(userId: string): number {
  // FNV-1a: ids made in the same second share their beginning, so each character must matter.
  let hash = 0x811c9dc5;
  for (let i = 0; i < userId.length; i++) {
    hash = Math.imul(hash ^ userId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 8) % HUES;
}

/** One or two letters for a name: "Ada Lovelace" → "AL", "bob" → "B". */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== "");
  const [first = "?", ...rest] = words;
  const last = rest.at(-1) ?? "";
  return [first, last].map((word) => [...word][0] ?? "").join("").toUpperCase();
}
