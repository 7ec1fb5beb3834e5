/** A real Chromium for tests: an installed one, else the one that comes by npm. Never a silent skip. */
import { type Browser, chromium } from "playwright-core";
import { tool } from "./tools.ts";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Starts a browser. `CHROMIUM_PATH` names one; `CHROMIUM_PATH=bundled` takes npm's.
 *
 * @throws {Error} when there is none that starts
 */
export async function launch(): Promise<Browser> {
  const wanted = Deno.env.get("CHROMIUM_PATH");
  const installed = wanted === "bundled" ? undefined : wanted ?? await firstOf(INSTALLED);
  const executablePath = installed ?? await tool("chromium");
  // Inside a container, or as root, Chromium's own sandbox can't be set up.
  return await chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await Deno.stat(path).then((file) => file.isFile, () => false)) return path;
  }
}
