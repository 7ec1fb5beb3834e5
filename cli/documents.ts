/** The forms that a room's history can be exported in: pure text, one message after the other. */
import type { Message, RoomInfo } from "@/lib/protocol/server_frames.ts";
import { localTime } from "./message_line.ts";
import { safeJson, safeLine } from "./safe_text.ts";
import { shownText } from "./shown_text.ts";

/** A document is its start, each message, its end. */
export interface Document {
  readonly start: string;
  readonly end: string;
  /** @param index 0 for the first */
  message(message: Message, index: number): string;
}

/** An object `{room, messages}`, one message a line. */
export function json(room: RoomInfo): Document {
  return {
    start: `{"room":${safeJson(room)},"messages":[`,
    message: (message, index) => `${index === 0 ? "" : ","}\n${safeJson(message)}`,
    end: "\n]}\n",
  };
}

/** Markdown in which what people wrote is text, and no markup of its own. */
export function markdown(room: RoomInfo): Document {
  return {
    start: `# ${markdownText(safeLine(room.name))}\n`,
    message: (message) =>
      `\n**${markdownText(safeLine(message.sender))}** · ${localTime(message.ts)}\n\n` +
      shownText(message).split("\n").map((line) => `> ${markdownText(line)}`).join("  \n") + "\n",
    end: "",
  };
}

/** One page that needs nothing else, and runs nothing. */
export function html(room: RoomInfo): Document {
  const name = htmlText(safeLine(room.name));
  return {
    start: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${name}</h1>
<ol>
`,
    message: (message) => {
      const { seq, sender, ts } = message;
      return `<li id="m${seq}"><b><bdi>${htmlText(safeLine(sender))}</bdi></b> ` +
        `<time datetime="${new Date(ts).toISOString()}">${localTime(ts)}</time>` +
        `<p dir="auto">${htmlText(shownText(message))}</p></li>\n`;
    },
    end: "</ol>\n</body>\n</html>\n",
  };
}

const STYLE = ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}" +
  "body{max-width:45rem;margin:2rem auto;padding:0 1rem}ol{list-style:none;padding:0}" +
  "time{opacity:.7;font-size:.85em}p{margin:0 0 1rem;white-space:pre-wrap;overflow-wrap:anywhere}";

/** CommonMark §2.4: a backslash before ASCII punctuation makes it text. */
function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+\-.!|~&:]/g, "\\$&");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
