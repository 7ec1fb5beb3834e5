/** The couriers at work: one for each outgoing webhook. */
import { reason } from "../log.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import type { Rooms } from "../room/rooms.ts";
import { Courier, type CourierParts } from "./courier.ts";
import type { Subscription } from "./subscriptions.ts";

/** Starts and stops couriers as subscriptions come and go. */
export class Couriers {
  readonly #couriers = new Map<string, Courier>();

  constructor(private readonly rooms: Rooms, private readonly parts: CourierParts) {}

  /** Goes on with what was not delivered before the last stop. */
  async start(): Promise<void> {
    for (const subscription of await this.parts.subscriptions.of()) {
      try {
        await this.#send(subscription, await this.parts.subscriptions.cursor(subscription.id));
      } catch (error) {
        this.parts.log.error("an outgoing webhook can't be served: its room can't be read", {
          subscription: subscription.id,
          roomId: subscription.roomId,
          reason: reason(error),
        });
      }
    }
  }

  /**
   * Tells an address of all that is said in a room from now on.
   *
   * @throws {ProtocolError} `forbidden`
   */
  async add(roomId: number, url: string, by: User): Promise<Subscription> {
    const { head } = await this.rooms.wake(roomId);
    const subscription = await this.parts.subscriptions.create(roomId, url, by, head);
    await this.#send(subscription, head);
    return subscription;
  }

  /**
   * Ends a subscription.
   *
   * @throws {ProtocolError} `not_found`
   */
  async remove(roomId: number, id: string): Promise<void> {
    const known = (await this.parts.subscriptions.of(roomId)).some((each) => each.id === id);
    if (!known) throw new ProtocolError("not_found", "There is no such outgoing webhook.");
    await this.#end(roomId, id);
  }

  /** Ends all of a room that is no more. */
  async removeAll(roomId: number): Promise<void> {
    for (const { id } of await this.parts.subscriptions.of(roomId)) await this.#end(roomId, id);
  }

  /** Carries nothing more; the cursors stay. */
  stop(): void {
    for (const courier of this.#couriers.values()) courier.stop();
  }

  async #send(subscription: Subscription, cursor: number): Promise<void> {
    const room = await this.rooms.wake(subscription.roomId);
    this.#couriers.set(subscription.id, new Courier(subscription, cursor, room, this.parts));
  }

  async #end(roomId: number, id: string): Promise<void> {
    this.#couriers.get(id)?.stop();
    this.#couriers.delete(id);
    await this.parts.subscriptions.forget(roomId, id);
  }
}
