/** A message on a terminal or in a pipe. */
import type { Message } from "@/lib/protocol/server_frames.ts";
import { safeJson, safeLine } from "./safe_text.ts";
import { shownText } from "./shown_text.ts";
import { bold, dim } from "./terminal.ts";

/** As a program reads it, on one line. */
export function jsonLine(message: Message): string {
  return safeJson(message);
}

/** As a person reads it; further lines are set in. */
export function textLine(message: Message): string {
  const { ts, sender } = message;
  const indented = shownText(message).replaceAll("\n", "\n    ");
  return `${dim(localTime(ts))} ${bold(`${safeLine(sender)}:`)} ${indented}`;
}

/** `2026-11-21 14:05` on this machine's clock. */
export function localTime(ts: number): string {
  const date = new Date(ts);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}`;
}
