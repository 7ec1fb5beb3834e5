/** The keys under which people are found: by words of their names, by nickname, by tag. */
import { nameKey } from "../protocol/text.ts";
import type { User } from "../protocol/server_frames.ts";
import { wordsOf } from "../protocol/words.ts";
import type { Profile } from "./profile.ts";

/** What of a user's record decides how they are found. */
interface Findable extends User {
  readonly kind: string;
  readonly profile?: Profile;
}

/** The kinds of users that are people who can be written to. */
const FOUND = ["account", "guest"];

/** People by each word of their name and nickname: `[…, word, userId]`. */
export const wordsKey: Deno.KvKey = ["person_word"];
/** People who have a nickname: `[…, nickname, userId]`. */
export const nicknamesKey: Deno.KvKey = ["person_nickname"];
/** People by tag: `[…, tag, userId]`. */
export const tagsKey: Deno.KvKey = ["person_tag"];

/** The words that somebody is found by, in the index's order. */
export function wordsOfPerson({ name, profile }: Findable): string[] {
  return [...new Set([...wordsOf(name), ...wordsOf(profile?.nickname ?? "")])].sort();
}

/**
 * Puts into an atomic operation what changes in the index when `before` becomes `after`.
 * Visitors are not in it: who has no session can't be written to. Nor are bots: their names may tell
 * of private groups.
 */
export function reindex(
  atomic: Deno.AtomicOperation,
  before: Findable | undefined,
  after: Findable | undefined,
): void {
  for (const key of keysOf(before)) atomic.delete(key);
  for (const key of keysOf(after)) atomic.set(key, true);
}

function keysOf(person: Findable | undefined): Deno.KvKey[] {
  if (person === undefined || !FOUND.includes(person.kind)) return [];
  const { id, profile: { nickname, tags = [] } = {} } = person;
  return [
    ...wordsOfPerson(person).map((word) => [...wordsKey, word, id]),
    ...(nickname ? [[...nicknamesKey, nameKey(nickname), id]] : []),
    ...tags.map((tag) => [...tagsKey, tag, id]),
  ];
}
