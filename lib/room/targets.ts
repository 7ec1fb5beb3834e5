/** What changes on their way are about. */
import { withChange } from "../protocol/changes.ts";
import type { ChangeFrame, Message } from "../protocol/server_frames.ts";

/** Messages that may leave the window, or left it, before their change gets its number. */
export class Targets {
  readonly #messages = new Map<string, Message>();

  /** A message as it is now. */
  get(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Keeps a message, as it is now, until {@link clear}. */
  keep(message: Message): void {
    this.#messages.set(message.id, message);
  }

  /** Something was changed. */
  change(change: ChangeFrame): void {
    const message = this.#messages.get(change.id);
    if (message !== undefined) this.#messages.set(change.id, withChange(message, change));
  }

  /** Nothing is on its way. */
  clear(): void {
    this.#messages.clear();
  }
}
