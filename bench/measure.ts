/**
 * Prints what a user waits for: the start, a page, a message. `deno task measure`.
 * Figures are of this machine and this run; nothing is asserted.
 */
import { gzipSync } from "node:zlib";
import { v7 as uuidv7 } from "uuid";
import { launch } from "../tests/browser.ts";
import { signIn } from "../tests/browserless.ts";
import { type Server, startServer } from "../tests/parley.ts";
import { Wire } from "../tests/wire.ts";

const rows: [what: string, figure: string][] = [];

await measureStart();
{
  await using server = await startServer();
  await measureScripts(server);
  await measureMessages(server);
  await measurePages(server);
}
const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, figure] of rows) console.log(`${what.padEnd(width)}  ${figure}`);

/** From the start of the process to the first acknowledged message. */
async function measureStart(): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    const start = performance.now();
    await using server = await startServer();
    using wire = await Wire.join(server, "first");
    await wire.say("hello");
    times.push(performance.now() - start);
  }
  rows.push(["start to first accepted message (built)", `${median(times).toFixed(0)} ms`]);
}

/** What a browser loads to run a room's page. */
async function measureScripts(server: Server): Promise<void> {
  const person = await signIn(server, "scripts");
  const page = await person.get("/rooms/1");
  await page.body?.cancel();
  const urls = [...(page.headers.get("link") ?? "").matchAll(/<([^>]+\.js)>/g)].map((m) => m[1]);
  let bytes = 0;
  for (const url of new Set(urls)) {
    bytes += gzipSync(await (await fetch(server.url + url)).bytes()).byteLength;
  }
  rows.push(["JavaScript of a room's page, gzip", `${(bytes / 1024).toFixed(1)} KiB`]);
}

/** From send to seen by all of ten people, one message at a time. */
async function measureMessages(server: Server): Promise<void> {
  const wires = await Promise.all(
    Array.from({ length: 10 }, (_, n) => Wire.join(server, `member ${n}`, { batch: true })),
  );
  const [sender] = wires as [Wire];
  const acks: number[] = [];
  const seen: number[] = [];
  for (let n = 0; n < 1000; n++) {
    for (const wire of wires) wire.frames.length = 0;
    const start = performance.now();
    const all = Promise.all(wires.map((wire) => wire.next("message")))
      .then(() => seen.push(performance.now() - start));
    await sender.say(`message ${n}`, uuidv7());
    acks.push(performance.now() - start);
    await all;
  }
  for (const wire of wires) wire[Symbol.dispose]();
  for (const [what, times] of [["ack", acks], ["seen by all 10", seen]] as const) {
    rows.push([
      `send to ${what}, p50 / p99`,
      `${quantile(times, 0.5)} / ${quantile(times, 0.99)} ms`,
    ]);
  }
}

/** From a click on a room to its page, filled and usable, with a hundred messages of history. */
async function measurePages(server: Server): Promise<void> {
  using wire = await Wire.join(server, "talker");
  for (let n = 0; n < 100; n++) await wire.say(`a message of some length, number ${n}`, uuidv7());
  const browser = await launch();
  const context = await browser.newContext();
  await context.addInitScript(watchClicks);
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByLabel("Your name").fill("clicker");
  await page.keyboard.press("Enter");
  const times: Record<"usable" | "live", number[]> = { usable: [], live: [] };
  for (let n = 0; n < 15; n++) {
    await page.getByRole("link", { name: "lobby" }).first().click();
    await page.waitForFunction(() => sessionStorage.live !== undefined);
    const seen = await page.evaluate(() => ({ ...sessionStorage }));
    times.usable.push(Number(seen.usable) - Number(seen.clicked));
    times.live.push(Number(seen.live) - Number(seen.clicked));
    await page.goto(server.url);
  }
  await browser.close();
  rows.push(["click on a room to a filled, usable page", `${median(times.usable).toFixed(0)} ms`]);
  rows.push(["click on a room to live", `${median(times.live).toFixed(0)} ms`]);
}

/** Runs in each page: notes when a link was clicked, and when the next page can be used. */
function watchClicks(): void {
  addEventListener("click", () => {
    sessionStorage.clear();
    sessionStorage.clicked = String(Date.now());
  }, { capture: true });
  const look = () => {
    const { clicked, usable } = sessionStorage;
    // The history is there before; the button works once scripts run.
    const filled = document.querySelectorAll(".message").length >= 100;
    if (clicked && !usable && filled && document.querySelector(".send:enabled")) {
      sessionStorage.usable = String(Date.now());
    }
    if (document.querySelector('.chat[data-link="online"]')) {
      sessionStorage.live ??= String(Date.now());
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function quantile(values: number[], q: number): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? NaN).toFixed(2);
}
