/** Whether a server's memory comes back to where it was. */
import assert from "node:assert/strict";
import type { Server } from "../parley.ts";
import { pause } from "../temp.ts";
import { Gauges, type Reading } from "./gauges.ts";

/** How often it is looked at, at most, in milliseconds. */
const EVERY_MS = 100;
/** How much more it may be in the end, in MiB: caches fill. */
const MORE_HEAP = 10;
/** Pages are given back late, and not all of them. */
const MORE_RESIDENT = 150;
/** Garbage is collected within this, when nothing more is asked, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Looks again and again; the first tenth is warming up. */
export class Level {
  readonly #readings: Reading[] = [];
  readonly #gauges: Gauges;
  #next = 0;

  constructor(server: Server) {
    this.#gauges = new Gauges(server);
  }

  /** Looks, unless it has just done so. */
  async sample(): Promise<void> {
    if (performance.now() < this.#next) return;
    this.#readings.push(await this.#gauges.read());
    this.#next = performance.now() + EVERY_MS;
  }

  /** Waits until it is back where it was; throws when it never is. Says how it is. */
  async returned(): Promise<string> {
    const before = this.#readings[Math.floor(this.#readings.length / 10)] ??
      await this.#gauges.read();
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const now = await this.#gauges.read();
      const about = `heap ${before.heapMiB.toFixed(0)} → ${now.heapMiB.toFixed(0)} MiB, resident ${
        before.residentMiB.toFixed(0)
      } → ${now.residentMiB.toFixed(0)} MiB`;
      const isBack = now.heapMiB < before.heapMiB + MORE_HEAP &&
        now.residentMiB < before.residentMiB + MORE_RESIDENT;
      if (isBack) return about;
      assert.ok(performance.now() < end, about);
      await pause(500);
    }
  }
}
