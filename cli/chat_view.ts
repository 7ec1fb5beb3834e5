/** What the full-screen chat shows: rows of text for a size and a state, and nothing else. */
import type { Pending, RoomState } from "@/lib/client/room_state.ts";
import type { Message, User } from "@/lib/protocol/server_frames.ts";
import { cut, fit, head, last, width, wrap } from "./cells.ts";
import { type Line, split } from "./line_editor.ts";
import { localTime } from "./message_line.ts";
import { safeLine, safeText } from "./safe_text.ts";
import { shownText } from "./shown_text.ts";

/** Rows and columns of the terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One row of the log, and where it belongs: the place that scrolling holds on to. */
export interface LogRow {
  /** Of its message; unsent ones come after all. */
  readonly seq: number;
  /** Which row of that message. */
  readonly part: number;
  readonly text: string;
  readonly style: Style;
}

/** The last row to be seen; null: the newest, whatever comes. */
export type Place = Pick<LogRow, "seq" | "part"> | null;

/** What a view is drawn from. */
export interface Scene {
  readonly state: RoomState;
  readonly line: Line;
  readonly place: Place;
  /** Where unread messages began when the room was opened. */
  readonly unreadAfter: number;
  /** Said to the user in place of who types. */
  readonly notice: string;
}

/** A drawn screen: one string a row, styled, of the terminal's width at most; and the cursor. */
export interface Picture {
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

type Style = "plain" | "own" | "dim" | "bad" | "new";

/** SGR parameters (ECMA-48 §8.3.117). */
const SGR: Readonly<Record<Style | "bar", string>> = {
  plain: "",
  own: "36",
  dim: "2",
  bad: "31",
  new: "33",
  bar: "7",
};
const UNSENT = Number.MAX_SAFE_INTEGER;
/** Wide enough for a column of members beside the log. */
const BROAD = 70;
const MEMBERS = 20;

/** How many rows of a screen the log has: the others are the bar, who types, and one's own line. */
export function logHeight({ rows }: Size): number {
  return Math.max(1, rows - 3);
}

/** Draws a scene. Rows that do not fit into a very small terminal are left out from the top. */
export function picture(scene: Scene, size: Size, colour: boolean): Picture {
  const { state, line, place } = scene;
  const paint = (text: string, style: keyof typeof SGR) =>
    SGR[style] === "" || !colour && style !== "bar" ? text : `\x1b[${SGR[style]}m${text}\x1b[0m`;
  const all = logRows(scene, size);
  const end = rowAt(all, place) + 1;
  const height = logHeight(size);
  const seen = all.slice(Math.max(0, end - height), end);
  const beside = columnOf(state.members, size, height);
  const log = Array.from({ length: height }, (_, i) => {
    // The newest stand at the bottom, as in any chat.
    const row = seen[i - (height - seen.length)];
    const text = row?.text ?? "";
    if (beside === null) return paint(cut(text, size.columns), row?.style ?? "plain");
    return paint(fit(text, logWidth(size)), row?.style ?? "plain") + paint(beside[i] ?? "", "dim");
  });
  const below = all.length - end;
  const typed = inputRow(line, size.columns);
  const rows = [
    paint(bar(state, size.columns), "bar"),
    ...log,
    paint(cut(underLog(scene, below), size.columns), scene.notice ? "new" : "dim"),
    typed.text,
  ].slice(-Math.max(1, size.rows));
  return { rows, cursor: { row: rows.length - 1, column: typed.column } };
}

/** All rows of the log, oldest first. */
export function logRows({ state, unreadAfter }: Scene, size: Size): LogRow[] {
  const rows: LogRow[] = [];
  const names = namesOf(state);
  let day = "";
  let marked = unreadAfter === 0;
  for (const message of state.messages) {
    const texts: [string, Style][] = [];
    const today = localTime(message.ts).slice(0, 10);
    if (today !== day) texts.push([`── ${today} ──`, "dim"]);
    day = today;
    if (!marked && message.seq > unreadAfter && message.userId !== state.self.id) {
      texts.push(["── new ──", "new"]);
      marked = true;
    }
    const own = message.userId === state.self.id;
    for (const text of said(message, names, logWidth(size))) {
      texts.push([text, own ? "own" : "plain"]);
    }
    texts.forEach(([text, style], part) => rows.push({ seq: message.seq, part, text, style }));
  }
  if (state.messages.length === 0 && state.epoch !== "") {
    rows.push({ seq: 0, part: 0, text: "Nothing was said here yet. Say hello.", style: "dim" });
  }
  let part = 0;
  for (const entry of state.pending) {
    for (const text of wrap(unsent(entry), logWidth(size))) {
      const style = entry.status === "failed" ? "bad" : "dim";
      rows.push({ seq: UNSENT, part: part++, text, style });
    }
  }
  return rows;
}

/** The place of the row `by` rows further down (up when negative); null at the end. */
export function scrolled(rows: readonly LogRow[], place: Place, by: number, height: number): Place {
  const lowest = Math.min(height, rows.length) - 1;
  const index = Math.max(lowest, rowAt(rows, place) + by);
  const row = rows[index];
  return row === undefined || index >= rows.length - 1 ? null : { seq: row.seq, part: row.part };
}

function rowAt(rows: readonly LogRow[], place: Place): number {
  if (place === null) return rows.length - 1;
  const { seq, part } = place;
  return rows.findLastIndex((row) => row.seq < seq || row.seq === seq && row.part <= part);
}

function logWidth({ columns }: Size): number {
  return columns >= BROAD ? columns - MEMBERS : columns;
}

function said(message: Message, names: Names, columns: number): readonly string[] {
  const name = names.get(message.userId) ?? safeLine(message.sender);
  const known = wrapped.get(message);
  if (known?.name === name && known.columns === columns) return known.rows;
  const rows = saidBy(name, message, columns);
  wrapped.set(message, { name, columns, rows });
  return rows;
}

/** Measuring text is what drawing costs; a message is measured once for each width. */
const wrapped = new WeakMap<Message, { name: string; columns: number; rows: readonly string[] }>();

function saidBy(name: string, message: Message, columns: number): string[] {
  const time = localTime(message.ts).slice(11);
  const rows = wrap(`${time} ${name}: ${shownText(message)}`, columns - SET_IN);
  // Set in, later rows can't be taken for the start of another message.
  return rows.map((row, i) => (i === 0 ? "" : " ".repeat(SET_IN)) + row.trimEnd());
}

const SET_IN = 2;

type Names = ReadonlyMap<string, string>;

function namesOf({ members }: RoomState): Names {
  return new Map(members.map((user) => [user.id, shownName(user)]));
}

/** The name that is nobody else's stays beside the one that somebody likes to be called. */
function shownName({ name, nickname }: User): string {
  return safeLine(nickname && nickname !== name ? `${nickname} (${name})` : name);
}

function unsent({ status, text, failed }: Pending): string {
  const mark = status === "failed" ? `✗ not sent: ${safeLine(failed ?? "")} ` : "… ";
  return mark + safeText(text);
}

function bar({ room, link, members }: RoomState, columns: number): string {
  const name = `${room.kind === "direct" ? "@" : "#"}${safeLine(room.name)}`;
  const online = link === "online" ? `${members.length} online` : LINKS[link];
  const space = columns - width(online) - 2;
  const about = room.topic ? `${name} · ${safeLine(room.topic)}` : name;
  return space < 6 ? fit(name, columns) : `${fit(about, space)}  ${online}`;
}

const LINKS = {
  connecting: "connecting…",
  reconnecting: "reconnecting…",
  offline: "offline",
  closed: "closed",
} as const;

function columnOf(members: readonly User[], size: Size, height: number): string[] | null {
  if (size.columns < BROAD) return null;
  const names = members.map(shownName).sort((a, b) => a.localeCompare(b));
  const shown = names.length > height
    ? [...names.slice(0, height - 1), `and ${names.length - height + 1} more`]
    : names;
  return Array.from({ length: height }, (_, i) => `│ ${fit(shown[i] ?? "", MEMBERS - 2)}`);
}

function underLog({ state, notice }: Scene, below: number): string {
  if (notice !== "") return notice;
  if (below > 0) {
    return `↓ ${below} more ${below === 1 ? "line" : "lines"} · Escape shows the newest`;
  }
  if (state.loadingOlder) return "Loading older messages…";
  if (state.pending.some(({ status }) => status === "failed")) {
    return "Ctrl-R sends again what failed, Ctrl-X throws it away.";
  }
  const names = state.typing.map(({ user }) => shownName(user));
  if (names.length === 0) return "";
  if (names.length > 3) return "Several people are typing…";
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…`;
}

/** One's own line; what does not fit is moved out on the left, so that the cursor is seen. */
function inputRow({ before, after }: Line, columns: number): { text: string; column: number } {
  const visible = (text: string) => safeLine(split(text).map((s) => s === "\n" ? "⏎" : s).join(""));
  const space = Math.max(1, columns - 3);
  const left = last(visible(before), space);
  const right = head(visible(after), space - width(left));
  return { text: `> ${left}${right}`, column: 2 + width(left) };
}
