/** `parley history`: what was said last. */
import type { Message } from "@/lib/protocol/server_frames.ts";
import { jsonLine, textLine } from "./message_line.ts";
import { openRoom } from "./open_room.ts";
import { note, print } from "./terminal.ts";

/** Which part of a room's history, and how. */
export interface HistoryOptions {
  readonly limit: number;
  readonly before?: number;
  readonly json?: true;
}

const PAGE = 100;

/** Prints the newest `limit` messages before `before`, oldest first. */
export async function history(meant: string, options: HistoryOptions): Promise<void> {
  const { api, room } = await openRoom(meant);
  const pages: (readonly Message[])[] = [];
  let { limit, before } = options;
  let more = true;
  while (more && limit > 0) {
    const page = await api.history(room.id, Math.min(limit, PAGE), before);
    pages.unshift(page.messages);
    limit -= page.messages.length;
    before = page.messages[0]?.seq;
    more = page.more && before !== undefined;
  }
  for (const message of pages.flat()) print(options.json ? jsonLine(message) : textLine(message));
  if (pages.flat().length === 0 && !options.json) note("Nothing was said here yet.");
}
