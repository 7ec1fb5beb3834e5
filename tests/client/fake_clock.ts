/** A clock that stands still until a test moves it. */
import type { Clock } from "@/lib/client/platform.ts";

/** See the file's first line. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #count = 0;
  #due: { at: number; order: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, ms), order: this.#count++, task };
    this.#due.push(entry);
    return () => this.#due = this.#due.filter((other) => other !== entry);
  }

  /** Lets time pass; whatever falls due runs in its turn, at its time. */
  tick(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined || next.at > end) break;
      this.#due.shift();
      this.#now = next.at;
      next.task();
    }
    this.#now = end;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#due.length;
  }
}
