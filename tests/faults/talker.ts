/**
 * One person of a round: talks and listens, changes what was said, comes back after each cut, and
 * tells the judge all.
 */
import { v7 as uuidv7 } from "uuid";
import { between, oneOf } from "../random.ts";
import { pause } from "../temp.ts";
import type { Frame } from "../wire.ts";
import { nextAct } from "./acts.ts";
import { Fold } from "./fold.ts";
import { type Act, factsOf, type LogFrame } from "./frames.ts";
import type { History } from "./history.ts";
import type { Line } from "./line.ts";

/** Messages and changes that one person has on their way at most. */
const IN_FLIGHT = 8;
/** Messages of a room that one person keeps in mind. */
const KEPT = 500;
/** A connection on which nothing is heard for this long is given up, in milliseconds. */
const PATIENCE_MS = 5000;
/** Answers that mean: not stored, try again. */
const REFUSALS = new Set(["save_failed", "overloaded", "rate_limited"]);

/** Who talks, and where. */
export interface TalkerOptions {
  readonly name: string;
  readonly roomIds: readonly number[];
  readonly history: History;
  readonly random: () => number;
  /** Comes in, once there is a server; rejects when that fails. */
  readonly connect: () => Promise<Line>;
  /** The longest pause between an answer and the next message, in milliseconds. */
  readonly pauseMs: number;
}

/** Sends until it is told to be quiet; what has no answer goes out again, in order, on the next connection. */
export class Talker {
  /** What has no answer, in the order in which it was first sent. */
  readonly #outbox = new Map<string, Act & { roomId: number }>();
  /** What the events that it heard come to, by room. */
  readonly #rooms: ReadonlyMap<number, Fold>;
  readonly #cursors = new Map<number, { after: number; epoch: string }>();
  readonly #done: Promise<void>;
  #line: Line | undefined;
  #talking = true;
  #over = false;
  #count = 0;
  #heardAt = performance.now();

  constructor(private readonly options: TalkerOptions) {
    this.#rooms = new Map(options.roomIds.map((roomId) => [roomId, new Fold(KEPT)]));
    this.#done = this.#live();
  }

  /** Sends nothing new from now on. */
  hush(): void {
    this.#talking = false;
  }

  /** Whether all that it sent was answered and it hears what is said. */
  get settled(): boolean {
    return this.#outbox.size === 0 && this.#line !== undefined;
  }

  /** How far it has heard a room. */
  heard(roomId: number): number {
    return this.#cursors.get(roomId)?.after ?? 0;
  }

  /** Tells the judge what it has made of all that it heard. */
  showAll(): void {
    const { history, name } = this.options;
    for (const [roomId, room] of this.#rooms) history.shown(`${name}'s mind`, roomId, room.list());
  }

  /** Breaks its connection off: it comes back by itself. */
  cut(): void {
    this.#line?.[Symbol.dispose]();
  }

  /** The end of it. */
  async leave(): Promise<void> {
    this.#over = true;
    this.cut();
    await this.#done;
  }

  async #live(): Promise<void> {
    const { connect, random } = this.options;
    while (!this.#over) {
      try {
        using line = await connect();
        if (this.#over) return;
        await this.#talk(line);
      } catch {
        // The server is away, or stops: it comes back.
      }
      this.#line = undefined;
      await pause(between(random, 5, 60));
    }
  }

  /** Joins the rooms, sends the outbox again, and goes on until the connection ends. */
  async #talk(line: Line): Promise<void> {
    this.#heardAt = performance.now();
    const joined = new Set<number>();
    for (const roomId of this.options.roomIds) {
      line.send({ type: "join", roomId, ...this.#cursors.get(roomId) });
    }
    // Commands of one connection are done in order: these come after the joins.
    for (const [txnId, draft] of this.#outbox) this.#send(line, txnId, draft);
    const watch = setInterval(() => {
      const silence = performance.now() - this.#heardAt;
      if (silence > PATIENCE_MS) line[Symbol.dispose]();
      else if (silence > PATIENCE_MS / 2) line.send({ type: "ping" });
    }, PATIENCE_MS / 5);
    try {
      await line.listen((frame) => {
        this.#heardAt = performance.now();
        this.#hear(line, frame, joined);
      });
    } finally {
      clearInterval(watch);
    }
  }

  #hear(line: Line, frame: Frame, joined: Set<number>): void {
    const { history, name, roomIds } = this.options;
    switch (frame.type) {
      case "joined": {
        const { roomId, epoch, head, resumed } = frame;
        const after = this.#cursors.get(roomId)?.after;
        history.joined(name, { roomId, after, resumed, head, history: frame.history });
        this.#cursors.set(roomId, { after: resumed ? after ?? 0 : head, epoch });
        if (!resumed) this.#rooms.get(roomId)?.replace(frame.history);
        joined.add(roomId);
        if (joined.size < roomIds.length) return;
        this.#line = line;
        while (this.#outbox.size < IN_FLIGHT && this.#talking) this.#sayMore(line);
        return;
      }
      case "message":
      case "message_edited":
      case "message_deleted":
      case "reaction": {
        const event = frame as LogFrame;
        const cursor = this.#cursors.get(event.roomId);
        history.received(name, event);
        this.#rooms.get(event.roomId)?.apply(event);
        if (cursor !== undefined) cursor.after = factsOf(event).seq;
        return;
      }
      case "ack":
        history.acked(frame.txnId, frame as never, performance.now());
        this.#outbox.delete(frame.txnId);
        return this.#next(line);
      case "error":
        return this.#refused(line, frame);
    }
  }

  #refused(line: Line, { code, txnId, message }: Frame): void {
    const { history, random } = this.options;
    const draft = this.#outbox.get(txnId);
    if (code === "not_found" && draft !== undefined && draft.type !== "message") {
      history.denied(txnId, performance.now());
      this.#outbox.delete(txnId);
      return this.#next(line);
    }
    if (draft === undefined || !REFUSALS.has(code)) {
      // A room that can't be read now: all is asked again on another connection.
      if (code === "overloaded") return line[Symbol.dispose]();
      return history.object(`${name} got an error that nobody expects: ${code}, ${message}`);
    }
    history.refused(txnId);
    // Some give up, most try again: what was given up must be nowhere.
    if (random() < 0.2) {
      this.#outbox.delete(txnId);
      return this.#next(line);
    }
    setTimeout(() => {
      if (!line.isClosed) this.#send(line, txnId, draft);
    }, between(random, 20, 200));
  }

  #next(line: Line): void {
    const { random, pauseMs } = this.options;
    setTimeout(() => {
      if (this.#talking && !line.isClosed && this.#outbox.size < IN_FLIGHT) {
        this.#sayMore(line);
      }
    }, random() * pauseMs);
  }

  #sayMore(line: Line): void {
    const { name, random, roomIds } = this.options;
    const n = ++this.#count;
    const txnId = random() < 0.8 ? uuidv7() : `${name} ${n}`;
    const roomId = oneOf(random, roomIds);
    const messages = this.#rooms.get(roomId)?.list() ?? [];
    const draft = { ...nextAct(random, { name, n, messages }), roomId };
    this.#outbox.set(txnId, draft);
    this.#send(line, txnId, draft);
  }

  #send(line: Line, txnId: string, draft: Act & { roomId: number }): void {
    if (line.isClosed) return;
    const { history, name } = this.options;
    history.sent(txnId, { ...draft, sender: name }, performance.now());
    line.send({ txnId, ...draft });
  }
}
