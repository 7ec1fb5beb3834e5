/** What a message says now, as plain text: changed, deleted, and with what others put on it. */
import type { Message } from "@/lib/protocol/server_frames.ts";
import { safeText } from "./safe_text.ts";

/** Safe on a terminal; further lines are the text's own, or the reactions. */
export function shownText({ text, deleted, editedAt, reactions = [] }: Message): string {
  if (deleted) return "(deleted)";
  const said = safeText(text) + (editedAt === undefined ? "" : " (edited)");
  if (reactions.length === 0) return said;
  const counts = reactions.map(({ emoji, users }) => `${safeText(emoji)} ${users.length}`);
  return `${said}\n[${counts.join("  ")}]`;
}
