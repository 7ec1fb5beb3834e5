/** A real Chromium for tests: an installed one, else the one that comes by npm. Never a silent skip. */
import bundled from "@sparticuz/chromium";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

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
  // Inside a container, or as root, Chromium's own sandbox can't be set up.
  if (installed !== undefined) {
    return await chromium.launch({ executablePath: installed, args: ["--no-sandbox"] });
  }
  return await chromium.launch({ executablePath: await unpackBundled(), args: ["--no-sandbox"] });
}

/** The package unpacks its browser into one place for all: test files that run at once wait. */
async function unpackBundled(): Promise<string> {
  using lock = await Deno.open(join(tmpdir(), "parley-chromium.lock"), {
    create: true,
    write: true,
  });
  await lock.lock(true);
  return await bundled.executablePath();
}

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await Deno.stat(path).then((file) => file.isFile, () => false)) return path;
  }
}
