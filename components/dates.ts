/** Days and times as people read them. */

/** Where the reader is: unknown while the server renders, so `utc` first, and then `local`. */
export type Zone = "utc" | "local";

const DAY_MS = 86_400_000;

/** A number for the day of `ts`, the same all day long, one more on the next. */
export function dayNumber(ts: number, zone: Zone): number {
  const offset = zone === "utc" ? 0 : new Date(ts).getTimezoneOffset() * 60_000;
  return Math.floor((ts - offset) / DAY_MS);
}

/** "Today", "Yesterday", "Friday, 20 November", "Friday, 20 November 2025". */
export function dayLabel(ts: number, now: number, zone: Zone): string {
  const ago = dayNumber(now, zone) - dayNumber(ts, zone);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  const sameYear = yearOf(ts, zone) === yearOf(now, zone);
  return format(zone, sameYear ? "day" : "dayOfYear").format(ts);
}

/** "14:05", or "2:05 PM" for those who read it so. */
export function timeLabel(ts: number, zone: Zone): string {
  return format(zone, "time").format(ts);
}

/** Day and time in full. */
export function momentLabel(ts: number, zone: Zone): string {
  return format(zone, "moment").format(ts);
}

function yearOf(ts: number, zone: Zone): number {
  const date = new Date(ts);
  return zone === "utc" ? date.getUTCFullYear() : date.getFullYear();
}

const FORMATS = {
  day: { weekday: "long", day: "numeric", month: "long" },
  dayOfYear: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  moment: { dateStyle: "full", timeStyle: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

// Making a formatter takes far longer than using one, and a page needs eight at most.
const made = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, form: keyof typeof FORMATS): Intl.DateTimeFormat {
  const key = `${zone} ${form}`;
  let formatter = made.get(key);
  if (formatter === undefined) {
    const timeZone = zone === "utc" ? "UTC" : undefined;
    formatter = new Intl.DateTimeFormat(locale(zone), { ...FORMATS[form], timeZone });
    made.set(key, formatter);
  }
  return formatter;
}

/**
 * The page is in English: of the reader's habits only those of another English are taken over.
 * A browser may name none that is valid ("en-US@posix", where the system has no language).
 */
function locale(zone: Zone): string {
  const own = zone === "local" ? navigator.language : "";
  return /^en(-[a-z0-9]{2,8})*$/i.test(own) ? own : "en-GB";
}

/** The day of a time, the same for everybody (ISO 8601, UTC). */
export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
