/** What changes on their way are about. */
import { withChange } from "../protocol/changes.ts";
import type { ChangeFrame, Message } from "../protocol/server_frames.ts";

/** Messages that may leave the window, or left it, before their change gets its number. */
export class Targets {
  /** And how many changes on their way are about each. */
  readonly #kept = new Map<string, { message: Message; changes: number }>();

  /** How many messages are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** A message as it is now. */
  get(id: string): Message | undefined {
    return this.#kept.get(id)?.message;
  }

  /** Keeps a message, as it is now, for one more change: until as many {@link release}s. */
  keep(message: Message): void {
    const changes = this.#kept.get(message.id)?.changes ?? 0;
    this.#kept.set(message.id, { message, changes: changes + 1 });
  }

  /** Something was changed. */
  change(change: ChangeFrame): void {
    const kept = this.#kept.get(change.id);
    if (kept !== undefined) kept.message = withChange(kept.message, change);
  }

  /** It is known what became of one change of a message that was kept. */
  release(id: string): void {
    const kept = this.#kept.get(id);
    if (kept !== undefined && --kept.changes === 0) this.#kept.delete(id);
  }
}
