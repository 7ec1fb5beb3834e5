/** One person of a long, mixed load, who notices at once when an event is missing or comes twice. */
import { v7 as uuidv7 } from "uuid";
import { between, oneOf } from "../random.ts";
import { type Frame, Wire } from "../wire.ts";

/** Messages of a room that people still change, at most. */
const KEPT = 200;
/** What only means that the message was deleted a moment ago. */
const TOO_LATE = "not_found";

/** A room, as all who are in it know it. */
export interface Hall {
  readonly roomId: number;
  /** The newest messages and who wrote them. */
  readonly messages: { readonly id: string; readonly author: Soaker }[];
}

/** What all people of a load share. */
export interface SoakWorld {
  readonly url: string;
  readonly random: () => number;
  readonly halls: readonly Hall[];
  /** Told how long each event took from its sender to the disk and back, in milliseconds. */
  readonly took: (ms: number) => void;
  /** Told what must not be. */
  readonly object: (why: string) => void;
}

/** Lives in one room, and visits others. */
export class Soaker {
  #wire: Wire | undefined;
  #epoch: string | undefined;
  #cursor = 0;
  #coming = Promise.withResolvers<void>();
  readonly #sent = new Map<string, { at: number; isMessage: boolean }>();

  constructor(
    private readonly name: string,
    private readonly token: string,
    readonly hall: Hall,
    private readonly world: SoakWorld,
  ) {}

  /** The `seq` of the last event of its room that it has. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Whether it is there, and nothing that it did is without an answer. */
  get settled(): boolean {
    return this.#wire !== undefined && this.#sent.size === 0;
  }

  /** Comes in, or comes back to where it was. */
  async enter(): Promise<void> {
    const wire = await Wire.connect(this.world, {
      batch: this.world.random() < 0.8,
      headers: { authorization: `Bearer ${this.token}` },
    });
    const take = () => {
      for (const frame of wire.frames.splice(0)) this.#hear(frame);
    };
    wire.socket.on("message", take);
    this.#coming = Promise.withResolvers();
    const { roomId } = this.hall;
    const known = this.#epoch !== undefined;
    wire.send({ type: "join", roomId, ...known && { after: this.#cursor, epoch: this.#epoch } });
    take();
    await this.#coming.promise;
    this.#wire = wire;
  }

  /** Goes for good. */
  leave(): void {
    this.#wire?.[Symbol.dispose]();
  }

  /** Does one thing, if it is there: mostly says something or changes what was said. */
  act(): void {
    const { random, halls } = this.world;
    const wire = this.#wire;
    if (wire === undefined) return;
    const { roomId } = this.hall;
    const chance = random();
    if (chance < 0.4) this.#store({ type: "message", text: this.#text() });
    else if (chance < 0.5) this.#change("edit");
    else if (chance < 0.54) this.#change("delete");
    else if (chance < 0.7) this.#change("react");
    else if (chance < 0.8) wire.send({ type: "typing", roomId });
    else if (chance < 0.84) wire.send({ type: "read", roomId, seq: this.#cursor });
    else if (chance < 0.9) this.#readBack(wire);
    else if (chance < 0.96) visit(wire, oneOf(random, halls).roomId, roomId);
    else this.#comeBack(wire, random() < 0.5);
  }

  #text(): string {
    const { random } = this.world;
    return `${this.name} ${"says € 😀 ".repeat(random() < 0.02 ? between(random, 0, 200) : 3)}`;
  }

  #change(type: "edit" | "delete" | "react"): void {
    const { random } = this.world;
    const fits = this.hall.messages.filter(({ author }) => type === "react" || author === this);
    if (fits.length === 0) return this.#store({ type: "message", text: this.#text() });
    const { id } = oneOf(random, fits);
    if (type === "edit") return this.#store({ type, id, text: this.#text() });
    if (type === "react") {
      return this.#store({ type, id, emoji: oneOf(random, ["👍", "🎉"]), remove: random() < 0.3 });
    }
    this.hall.messages.splice(this.hall.messages.findIndex((message) => message.id === id), 1);
    this.#store({ type, id });
  }

  #store(act: Frame): void {
    const txnId = uuidv7();
    this.#sent.set(txnId, { at: performance.now(), isMessage: act.type === "message" });
    this.#wire?.send({ ...act, txnId, roomId: this.hall.roomId });
  }

  #readBack(wire: Wire): void {
    const before = between(this.world.random, 1, Math.max(1, this.#cursor));
    wire.send({ type: "history", roomId: this.hall.roomId, before, limit: 50 });
  }

  /** Goes, in order or by a cut, and comes back at once; what had no answer yet will have none. */
  async #comeBack(wire: Wire, inOrder: boolean): Promise<void> {
    this.#wire = undefined;
    if (inOrder) wire.socket.close();
    else wire[Symbol.dispose]();
    await wire.end();
    this.#sent.clear();
    try {
      await this.enter();
    } catch (error) {
      this.world.object(`${this.name} can't come back: ${error}`);
    }
  }

  #hear(frame: Frame): void {
    switch (frame.type) {
      case "joined":
        if (frame.roomId !== this.hall.roomId) return;
        if (!frame.resumed && this.#epoch !== undefined) this.#object("was not resumed");
        if (!frame.resumed) this.#cursor = frame.head;
        this.#epoch = frame.epoch;
        return this.#coming.resolve();
      case "message":
        return this.#next(frame.roomId, frame.message.seq);
      case "message_edited":
      case "message_deleted":
      case "reaction":
        return this.#next(frame.roomId, frame.seq);
      case "ack":
        return this.#acked(frame);
      case "error":
        this.#sent.delete(frame.txnId);
        if (frame.code !== TOO_LATE) this.#object(`was told ${frame.code}: ${frame.message}`);
    }
  }

  #next(roomId: number, seq: number): void {
    if (roomId !== this.hall.roomId) return;
    if (seq !== this.#cursor + 1) this.#object(`heard ${seq} after ${this.#cursor}`);
    this.#cursor = seq;
  }

  #acked({ txnId, id }: Frame): void {
    const { messages } = this.hall;
    const sent = this.#sent.get(txnId);
    if (sent === undefined) return;
    this.#sent.delete(txnId);
    this.world.took(performance.now() - sent.at);
    if (sent.isMessage) messages.push({ id, author: this });
    if (messages.length > KEPT) messages.shift();
  }

  #object(what: string): void {
    this.world.object(`${this.name} ${what}`);
  }
}

/** Looks in elsewhere for a moment. */
function visit(wire: Wire, roomId: number, home: number): void {
  if (roomId === home) return;
  wire.send({ type: "join", roomId });
  wire.send({ type: "leave", roomId });
}
