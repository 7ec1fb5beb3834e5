/** Slows down whoever guesses passwords. */
import { ProtocolError } from "../protocol/errors.ts";

/** Wrong passwords for one name that cost nothing. */
const FREE_PER_NAME = 5;
/** From one address several people may mistype. */
const FREE_PER_ADDRESS = 30;
/** A wrong password is forgotten after this long, in milliseconds. */
const MEMORY_MS = 24 * 3_600_000;
const MAX_WAIT_MS = 15 * 60_000;
/** Names and addresses that are remembered at once. */
const MAX_REMEMBERED = 100_000;

/** Counts wrong passwords per name and per address: each one too many doubles the wait. */
export class LoginGuard {
  readonly #names: Failures;
  readonly #addresses: Failures;

  /** @param now Unix milliseconds */
  constructor(now: () => number = Date.now) {
    this.#names = new Failures(FREE_PER_NAME, now);
    this.#addresses = new Failures(FREE_PER_ADDRESS, now);
  }

  /**
   * Call before a password is looked at. It counts as wrong until {@link right} says otherwise: of
   * many guesses at once no more are looked at than of as many one after the other.
   *
   * @throws {ProtocolError} `rate_limited` while this name or address has to wait
   */
  attempt(name: string, address: string): void {
    const wait = Math.max(this.#names.wait(name), this.#addresses.wait(address));
    if (wait > 0) {
      throw new ProtocolError("rate_limited", "Too many wrong passwords. Wait a while.", wait);
    }
    this.#names.add(name);
    this.#addresses.add(address);
  }

  /** The password was right: what was wrong for this name before is forgiven. */
  right(name: string, address: string): void {
    this.#names.forgive(name);
    this.#addresses.takeBack(address);
  }
}

/** Failures by key. */
class Failures {
  readonly #counts = new Map<string, { count: number; at: number }>();

  constructor(private readonly free: number, private readonly now: () => number) {}

  /** Milliseconds that the key still has to wait. */
  wait(key: string): number {
    const failures = this.#counts.get(key);
    if (failures === undefined || failures.count < this.free) return 0;
    const wait = Math.min(MAX_WAIT_MS, 1000 * 2 ** (failures.count - this.free));
    // A clock that was set back makes nobody wait longer than that.
    return Math.min(wait, Math.max(0, failures.at + wait - this.now()));
  }

  add(key: string): void {
    const at = this.now();
    const before = this.#counts.get(key);
    const count = before !== undefined && at - before.at < MEMORY_MS ? before.count : 0;
    // Set anew, so that the oldest are the first in the map.
    this.#counts.delete(key);
    this.#counts.set(key, { count: count + 1, at });
    if (this.#counts.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest);
      break;
    }
  }

  takeBack(key: string): void {
    const failures = this.#counts.get(key);
    if (failures !== undefined) failures.count--;
  }

  forgive(key: string): void {
    this.#counts.delete(key);
  }
}
