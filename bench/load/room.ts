/** A room under load: what was sent, and whether each member got each event, in order, once. */
import { Buffer } from "node:buffer";
import { uuidv7 } from "./ids.ts";
import type { Wire } from "./wire.ts";

const decoder = new TextDecoder();

/** A frame of events, and the number of the last. */
interface Seen {
  readonly payload: Buffer;
  readonly last: number;
}

interface Frame {
  readonly type: string;
  readonly message?: { readonly seq: number; readonly text: string } | string;
  readonly head?: number;
  readonly txnId?: string;
  readonly seq?: number;
}

/** A room's members and the messages that are on their way. */
export class LoadRoom {
  /** How many events have been seen by all members. */
  complete = 0;
  /** How many times any member got an event. */
  delivered = 0;
  acks = 0;
  /** Called when an event has been seen by all, with milliseconds since its send. */
  onComplete: (latency: number) => void = () => {};

  readonly #members: Wire[] = [];
  /** Frames by the number of their first event: all members but the first only compare bytes. */
  readonly #frames = new Map<number, Seen>();
  readonly #seenBy = new Map<number, number>();
  readonly #sentAt = new Map<string, number>();
  readonly #textOf = new Map<number, string>();
  #sent = 0;

  /** `fail` is told what a server did wrong, whenever it does. */
  constructor(readonly id: number, private readonly fail: (error: unknown) => void) {}

  get sent(): number {
    return this.#sent;
  }

  /** Lets a member join, and resolves when it may send. */
  join(socket: Wire, username: string): Promise<void> {
    this.#members.push(socket);
    return new Promise((resolve) => {
      let cursor: number | undefined;
      const take = (bytes: Uint8Array) => {
        const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        if (cursor !== undefined) {
          const known = this.#frames.get(cursor + 1);
          if (known !== undefined && known.payload.equals(payload)) {
            this.#advance(cursor, known.last);
            cursor = known.last;
            return;
          }
        }
        const first = cursor;
        let onlyMessages = true;
        const parsed: Frame | Frame[] = JSON.parse(decoder.decode(bytes));
        for (const frame of Array.isArray(parsed) ? parsed : [parsed]) {
          if (frame.type === "message" && cursor !== undefined) {
            const { seq, text } = frame.message as { seq: number; text: string };
            if (seq !== cursor + 1) {
              throw new Error(`room ${this.id}: event ${seq} came after ${cursor}`);
            }
            this.#textOf.set(seq, text);
            this.#advance(cursor, seq);
            cursor = seq;
            continue;
          }
          onlyMessages = false;
          if (frame.type === "joined") {
            cursor = frame.head as number;
            resolve();
          } else if (frame.type === "ack") this.acks++;
          else if (frame.type === "error") throw new Error(`refused: ${decoder.decode(bytes)}`);
        }
        if (onlyMessages && first !== undefined && cursor !== undefined && cursor > first) {
          this.#frames.set(first + 1, { payload: Buffer.from(payload), last: cursor });
        }
      };
      socket.listen(take, this.fail);
      socket.send({ type: "join", roomId: this.id, username });
    });
  }

  /** Sends the next message, by one member after the other, with a `txnId` as Parley's clients make them. */
  post(): void {
    const n = this.#sent++;
    const text = `message ${n}, as long as what people write to each other at work`;
    this.#sentAt.set(text, performance.now());
    const member = this.#members[n % this.#members.length];
    member?.send({ type: "message", roomId: this.id, text, txnId: uuidv7() });
  }

  close(): void {
    for (const member of this.#members) member.close();
  }

  /** One member got the events after `from` up to `to`. */
  #advance(from: number, to: number): void {
    this.delivered += to - from;
    for (let seq = from + 1; seq <= to; seq++) {
      const seen = (this.#seenBy.get(seq) ?? 0) + 1;
      if (seen < this.#members.length) this.#seenBy.set(seq, seen);
      else this.#finish(seq);
    }
  }

  #finish(seq: number): void {
    const text = this.#textOf.get(seq) ?? "";
    const sentAt = this.#sentAt.get(text);
    if (sentAt === undefined) throw new Error(`room ${this.id}: nobody sent event ${seq}: ${text}`);
    this.#seenBy.delete(seq);
    this.#textOf.delete(seq);
    this.#sentAt.delete(text);
    this.#frames.delete(seq);
    this.complete++;
    this.onComplete(performance.now() - sentAt);
  }
}
