/** `parley export`: a room's whole history as a document, oldest first, page by page. */
import type { Message, RoomInfo } from "@/lib/protocol/server_frames.ts";
import { type Document, html, json, markdown } from "./documents.ts";
import { openRoom } from "./open_room.ts";
import { note, writeAll } from "./terminal.ts";

/** The formats, by the name under which they are asked for. */
export const FORMATS: Readonly<Record<string, (room: RoomInfo) => Document>> = {
  json,
  md: markdown,
  html,
};

/** A server that restarts meanwhile is waited for so long. */
const AWAY_MS = 60_000;

/** Writes all that was said up to now; how far it is goes to standard error. */
export async function exportRoom(meant: string, { format }: { readonly format: string }) {
  const { api, room } = await openRoom(meant);
  const form = FORMATS[format];
  if (form === undefined) throw new Error(`no format ${format}: the command line is checked`);
  const document = form(room);
  const head = (await api.history(room.id, 1)).messages.at(-1)?.seq ?? 0;
  let count = 0;
  writeAll(Deno.stdout, document.start);
  for await (const page of api.withPatience(AWAY_MS).between(room.id, 0, head)) {
    writeAll(Deno.stdout, page.map((message) => document.message(message, count++)).join(""));
    progress(page, head);
  }
  writeAll(Deno.stdout, document.end);
  if (Deno.stderr.isTerminal()) writeAll(Deno.stderr, "\r\x1b[K");
  note(`${count} messages`);
}

function progress(page: readonly Message[], head: number): void {
  const done = page.at(-1)?.seq;
  if (done === undefined || !Deno.stderr.isTerminal()) return;
  writeAll(Deno.stderr, `\r\x1b[K${Math.floor(100 * done / head)} % of ${head}`);
}
