/** A server of one room, written from PROTOCOL §2, with wires that a test can cut. */
import type { ClientFrameInput } from "@/lib/protocol/client_frames.ts";
import type {
  AckFrame,
  ErrorFrame,
  Message,
  ServerFrame,
  User,
} from "@/lib/protocol/server_frames.ts";
import type { Connect, SocketEvents } from "@/lib/client/platform.ts";
import type { RoomSnapshot } from "@/lib/protocol/room_snapshot.ts";
import type { FakeClock } from "./fake_clock.ts";

export const ROOM = { id: 1, kind: "group", name: "lobby" } as const;
export const alice: User = { id: "user-alice", name: "alice" };
export const bob: User = { id: "user-bob", name: "bob" };

/** How many events a reconnecting client may have missed; the history page has the same length. */
const WINDOW = 10;

/** One client's line. What the server says waits in `outgoing` until it is delivered. */
export class Wire {
  readonly outgoing: ServerFrame[] = [];
  /** Everything that the client sent. */
  readonly heard: ClientFrameInput[] = [];
  joined = false;
  open = false;
  shut = false;

  constructor(readonly events: SocketEvents) {}

  /** Delivers the next `count` frames, as one batch. */
  deliver(count = Infinity): void {
    const frames = this.outgoing.splice(0, count);
    if (this.open && frames.length > 0) this.events.received(JSON.stringify(frames));
  }
}

/** See the file's first line. */
export class FakeServer {
  readonly log: Message[] = [];
  readonly wires: Wire[] = [];
  epoch = "first";
  user: User = alice;
  up = true;
  /** Deliver what is said a millisecond later; otherwise a test calls `deliver`. */
  prompt = true;
  /** Errors to answer the next messages with, instead of taking them. */
  refusals: Omit<ErrorFrame, "type">[] = [];
  /** Takes messages, but says nothing to anybody. */
  mute = false;
  readonly #acks = new Map<string, AckFrame>();

  constructor(readonly clock: FakeClock) {}

  readonly connect: Connect = (_url, events) => {
    const wire = new Wire(events);
    if (!this.up) this.clock.after(1, () => events.closed(1006));
    else {
      this.clock.after(1, () => {
        if (wire.shut) return;
        wire.open = true;
        this.wires.push(wire);
        events.opened();
      });
    }
    return {
      send: (text) => this.#hear(wire, JSON.parse(text)),
      close: () => this.#forget(wire),
    };
  };

  /** The newest line. */
  get wire(): Wire {
    const wire = this.wires.at(-1);
    if (wire === undefined) throw new Error("no client is connected");
    return wire;
  }

  /** Breaks every line, with what was still on its way. */
  cut(code = 1006): void {
    for (const wire of [...this.wires]) {
      this.#forget(wire);
      wire.events.closed(code);
    }
  }

  /** Somebody says something. */
  post(user: User, text: string, txnId?: string): Message {
    const seq = this.log.length + 1;
    const message: Message = {
      id: `message-${seq}`,
      seq,
      roomId: ROOM.id,
      userId: user.id,
      sender: user.name,
      text,
      ts: this.clock.now(),
      ...(txnId === undefined ? {} : { txnId }),
    };
    this.log.push(message);
    for (const wire of this.wires) {
      if (wire.joined) this.say(wire, { type: "message", roomId: ROOM.id, message });
    }
    return message;
  }

  say(wire: Wire, frame: ServerFrame): void {
    if (this.mute) return;
    wire.outgoing.push(frame);
    if (this.prompt) this.clock.after(1, () => wire.deliver());
  }

  /** The page that a new visitor would get. */
  snapshot(user = this.user): RoomSnapshot {
    const history = this.log.slice(-WINDOW);
    return {
      room: ROOM,
      self: user,
      members: [user],
      head: this.log.length,
      epoch: this.epoch,
      readSeq: 0,
      history,
      more: (history[0]?.seq ?? 1) > 1,
    };
  }

  #hear(wire: Wire, frame: ClientFrameInput): void {
    wire.heard.push(frame);
    if (frame.type === "join") return this.#join(wire, frame);
    if (frame.type === "message") return this.#message(wire, frame);
    if (frame.type === "history") return this.#history(wire, frame);
    if (frame.type === "leave") this.say(wire, { type: "left", roomId: ROOM.id });
    if (frame.type === "ping") this.say(wire, { type: "pong" });
  }

  #join(wire: Wire, { after, epoch, txnId }: Extract<ClientFrameInput, { type: "join" }>): void {
    const { members, head, readSeq, history } = this.snapshot();
    const resumed = after !== undefined && epoch === this.epoch && head - after <= WINDOW;
    wire.joined = true;
    this.say(wire, {
      type: "joined",
      txnId,
      roomId: ROOM.id,
      room: ROOM,
      self: this.user,
      members: [...members],
      head,
      readSeq,
      epoch: this.epoch,
      resumed,
      history: resumed ? [] : [...history],
    });
    if (!resumed) return;
    for (const message of this.log.slice(after)) {
      this.say(wire, { type: "message", roomId: ROOM.id, message });
    }
  }

  #message(wire: Wire, { text, txnId }: Extract<ClientFrameInput, { type: "message" }>): void {
    const refusal = this.refusals.shift();
    if (refusal) return this.say(wire, { type: "error", ...refusal, txnId });
    const known = this.#acks.get(txnId ?? "");
    if (known) return this.say(wire, known);
    // The ack comes first, as it does from the real room.
    const seq = this.log.length + 1;
    const ack = { type: "ack", roomId: ROOM.id, txnId, id: `message-${seq}`, seq, ts: 0 } as const;
    this.#acks.set(txnId ?? "", ack);
    this.say(wire, ack);
    this.post(this.user, text, txnId);
  }

  #history(wire: Wire, frame: Extract<ClientFrameInput, { type: "history" }>): void {
    const older = this.log.filter(({ seq }) => seq < (frame.before ?? Infinity));
    const messages = older.slice(-(frame.limit ?? 50));
    const more = messages.length < older.length;
    this.say(wire, { type: "history", roomId: ROOM.id, txnId: frame.txnId, messages, more });
  }

  #forget(wire: Wire): void {
    wire.open = false;
    wire.shut = true;
    wire.outgoing.length = 0;
    const at = this.wires.indexOf(wire);
    if (at >= 0) this.wires.splice(at, 1);
  }
}
