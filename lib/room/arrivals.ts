/** Who came and went, as others in the room are told: at once in a small room, together in a large. */

/** With so many connections what happens is gathered: each arrival is a frame to each of them. */
const LARGE_ROOM = 50;
/** For so many milliseconds. */
const GATHER_MS = 50;

/** Somebody who is told. */
interface Listener {
  notify(json: string): void;
}

/** Frames about arrivals and departures, in their order. */
export class Arrivals {
  #waiting: string[] = [];
  /** How many of those that wait somebody knows already who came since. */
  readonly #known = new Map<Listener, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly listeners: ReadonlySet<Listener>) {}

  /** Tells all who listen, soon. */
  tell(json: string): void {
    this.#waiting.push(json);
    if (this.listeners.size < LARGE_ROOM) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Somebody listens from now on, who was told who is here. */
  enter(listener: Listener): void {
    if (this.#waiting.length > 0) this.#known.set(listener, this.#waiting.length);
  }

  /** Tells what waits, now. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const frames = this.#waiting;
    this.#waiting = [];
    for (const listener of this.listeners) {
      const news = frames.slice(this.#known.get(listener) ?? 0);
      for (const json of news) listener.notify(json);
    }
    this.#known.clear();
  }
}
