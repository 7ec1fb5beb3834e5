/**
 * A chart of a bench's results: `deno task chart RESULTS.json` writes docs/images/performance.svg,
 * a bar for each server, of what it delivers a second with 64 messages in flight.
 */
import { fileURLToPath } from "node:url";
import { PEER_LIST } from "./peers.ts";
import { medianOf, type Result } from "./table.ts";

const TARGET = fileURLToPath(new URL("../docs/images/performance.svg", import.meta.url));

const WIDTH = 760;
const NAMES = 150;
const BARS = 480;
const ROW = 26;
const BAR = 18;
const TOP = 58;
const HEAD = 44;

/** The works that are shown, and what they are. */
const PANELS = [
  ["room-100-64", "A room of 100 members"],
  ["room-1000-64", "A room of 1,000 members"],
] as const;

/** A server's figure in a panel. */
interface Bar {
  readonly peer: string;
  readonly durable: boolean;
  readonly delivered: number;
}

/** The chart as SVG; colours follow the reader's dark or light mode. */
export function chart(results: readonly Result[]): string {
  const parts: string[] = [];
  let y = TOP;
  for (const [work, title] of PANELS) {
    const bars = barsOf(results.filter((one) => one.work === work));
    if (bars.length === 0) continue;
    parts.push(text(0, y + 22, title, "title"));
    y += HEAD;
    const most = bars[0]?.delivered ?? 0;
    for (const bar of bars) {
      parts.push(row(bar, y, most));
      y += ROW;
    }
  }
  const height = y + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
<title id="title">Messages delivered per second, 64 in flight, by server</title>
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.parley { font-weight: 600 }
.quiet { fill: #59636e }
.durable { fill: #3b6fd4 }
.memory { fill: none; stroke: #818b98; stroke-width: 1.5 }
.parley-bar { fill: #d9602b }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.quiet { fill: #9198a1 }
.durable { fill: #6f9bf0 }
.memory { stroke: #8b949e }
.parley-bar { fill: #f0834f }
}
</style>
<g>
${legend()}
${parts.join("\n")}
</g>
</svg>
`;
}

/** The servers that were measured, the fastest first. */
function barsOf(results: readonly Result[]): Bar[] {
  return PEER_LIST.flatMap(({ name: peer, durable }) => {
    const delivered = medianOf(results.filter((one) => one.peer === peer), "delivered");
    return delivered === undefined ? [] : [{ peer, durable, delivered }];
  }).sort((a, b) => b.delivered - a.delivered);
}

function row({ peer, durable, delivered }: Bar, y: number, most: number): string {
  const width = Math.max(2, BARS * delivered / most);
  const isParley = peer === "parley";
  const middle = y + BAR / 2 + 5;
  const fill = isParley ? "parley-bar" : durable ? "durable" : "memory";
  return [
    text(NAMES - 10, middle, peer, isParley ? "parley" : "", "end"),
    rect(NAMES, y, width, fill),
    text(NAMES + width + 8, middle, short(delivered), isParley ? "parley" : "quiet"),
  ].join("\n");
}

function legend(): string {
  return [
    text(0, 22, "Messages delivered per second, 64 in flight", "title"),
    ...([["parley-bar", "Parley: on disk first", 0], ["durable", "on disk first", 190], [
      "memory",
      "kept in memory only",
      320,
    ]] as const).flatMap(([fill, words, x]) => [
      rect(x, 34, 14, fill, 14),
      text(x + 22, 46, words, "quiet"),
    ]),
  ].join("\n");
}

function rect(x: number, y: number, width: number, fill: string, height = BAR): string {
  return `<rect x="${x}" y="${y}" width="${
    width.toFixed(1)
  }" height="${height}" rx="3" class="${fill}"/>`;
}

function text(x: number, y: number, words: string, name: string, anchor = "start"): string {
  return `<text x="${
    x.toFixed(1)
  }" y="${y}" class="${name}" text-anchor="${anchor}">${words}</text>`;
}

/** As in 1.75 M and 840 k. */
function short(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : `${Math.round(value / 1e3)} k`;
}

if (import.meta.main) {
  const [file] = Deno.args;
  if (file === undefined) {
    console.error("deno task chart RESULTS.json (from deno task bench --json RESULTS.json)");
    Deno.exit(2);
  }
  await Deno.writeTextFile(TARGET, chart(JSON.parse(await Deno.readTextFile(file))));
}
