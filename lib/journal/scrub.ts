/** Takes the texts of deleted messages out of entries that are stored already. */
import { type LogEvent, withoutText } from "../protocol/event.ts";

/** The events of an entry. */
type Events = readonly LogEvent[];

/** Which messages these events delete. */
export function deletedBy(entries: readonly Events[]): Set<string> {
  const ids = new Set<string>();
  for (const events of entries) {
    for (const { frame } of events) if (frame.type === "message_deleted") ids.add(frame.id);
  }
  return ids;
}

/**
 * Replaces, in their places, the entries that hold texts of deleted messages.
 *
 * @returns the new ones
 */
export function scrub(entries: Events[], deleted: ReadonlySet<string>): Events[] {
  if (deleted.size === 0) return [];
  const changed: Events[] = [];
  entries.forEach((events, index) => {
    const scrubbed = events.map((event) =>
      deleted.has(event.facts.id) ? withoutText(event) : event
    );
    if (scrubbed.every((event, at) => event === events[at])) return;
    entries[index] = scrubbed;
    changed.push(scrubbed);
  });
  return changed;
}
