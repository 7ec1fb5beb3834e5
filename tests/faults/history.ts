/**
 * The judge of every round: clients tell it all that they send and hear while things break, the
 * stores tell it what they hold in the end, and it says what does not fit together.
 *
 * It demands that
 * - every acknowledged message or change exists exactly once, where its `ack` said, and everywhere
 *   the same;
 * - nothing exists that nobody sent, or that was refused;
 * - `seq` has no hole, `ts` never goes back, and all see one order: what was acknowledged before
 *   another event was sent stands before it, and each sender's events stand as sent;
 * - who resumes misses nothing and hears nothing twice;
 * - what anybody is shown of a room is what its events come to, and deleted texts are gone.
 */
import { isDeepStrictEqual } from "node:util";
import * as frames from "./frames.ts";
import type { Ack, Draft, LogFrame, Message } from "./frames.ts";
import { RoomLog } from "./room_log.ts";
import { judgeOrder } from "./room_order.ts";
import { judgeStates, type Shown, summaryOf } from "./room_states.ts";
import { type Found, problemOf, type Sent } from "./sent.ts";

/** What a client was told when it joined a room. */
export interface Joined {
  readonly roomId: number;
  /** What the client asked to resume from; undefined for the first time. */
  readonly after: number | undefined;
  readonly resumed: boolean;
  readonly head: number;
  readonly history: readonly Message[];
}

/** How many events were … */
export interface Counts {
  readonly sent: number;
  readonly acked: number;
  /** … acknowledged, and are edits, deletes or reactions. */
  readonly changes: number;
  /** … acknowledged, and found where their `ack` said, once it was judged. */
  readonly present: number;
  /** … found in two places. */
  readonly doubled: number;
  /** … heard, each counted for each who heard it. */
  readonly received: number;
}

/** A client that is further behind may be told to start anew (docs/protocol.md, Resume). */
const MAX_RESUME_EVENTS = 10_000;
/** More violations say nothing new. */
const MAX_VIOLATIONS = 50;

/** Everything that happened in one round. */
export class History {
  readonly #violations: string[] = [];
  readonly #sent = new Map<string, Sent>();
  readonly #logs = new Map<number, RoomLog>();
  /** How far each observer has heard each room: `observer roomId` → seq. */
  readonly #cursors = new Map<string, number>();
  readonly #shown: (Shown & { readonly roomId: number })[] = [];
  readonly #listings: { readonly where: string; roomId: number; end: number }[] = [];
  /** Who was refused once: what they send again may have changed places. */
  readonly #refusedSenders = new Set<string>();
  #acked = 0;
  #changes = 0;
  #received = 0;
  #present = 0;
  #doubled = 0;

  /** @param archiveStays false where what libSQL holds may be out of reach for who resumes */
  constructor(private readonly archiveStays = true) {}

  /** How many events there were of each kind. */
  get counts(): Counts {
    return {
      sent: this.#sent.size,
      acked: this.#acked,
      changes: this.#changes,
      present: this.#present,
      doubled: this.#doubled,
      received: this.#received,
    };
  }

  /** A draft goes out, for the first time or again. */
  sent(txnId: string, draft: Draft, at: number): void {
    const known = this.#sent.get(txnId);
    if (known !== undefined) return void known.attempts++;
    const order = this.#sent.size;
    this.#sent.set(txnId, { ...draft, order, at, attempts: 1, refusals: 0, ackedAt: Infinity });
  }

  /** Its sender was told that it is on disk. */
  acked(txnId: string, { roomId, id, seq, ts }: Ack, at: number): void {
    const sent = this.#sent.get(txnId);
    if (sent === undefined) return this.object(`an ack for ${txnId}, which nobody sent`);
    const ack = { roomId, id, seq, ts };
    if (roomId !== sent.roomId || (sent.type !== "message" && id !== sent.id)) {
      this.object(`${txnId} was acknowledged in room ${roomId}, as ${id}`);
    }
    if (sent.deniedAt !== undefined) this.object(`${txnId} was denied, and acknowledged`);
    if (sent.ack === undefined) {
      sent.ack = ack;
      sent.ackedAt = at;
      this.#acked++;
      if (sent.type !== "message") this.#changes++;
    } else if (JSON.stringify(sent.ack) !== JSON.stringify(ack)) {
      this.object(`${txnId} was acknowledged twice, as ${sent.ack.seq} and as ${seq}`);
    }
  }

  /** Its sender was told that it is not stored. */
  refused(txnId: string): void {
    const sent = this.#sent.get(txnId);
    if (sent === undefined) return this.object(`a refusal of ${txnId}, which nobody sent`);
    sent.refusals++;
    this.#refusedSenders.add(sent.sender);
  }

  /** Its sender was told that the message is not there any more: it never will be stored. */
  denied(txnId: string, at: number): void {
    const sent = this.#sent.get(txnId);
    if (sent === undefined || sent.type === "message") {
      return this.object(`${txnId} was denied, which is no change that was sent`);
    }
    if (sent.ack !== undefined) this.object(`${txnId} was acknowledged, and denied`);
    sent.deniedAt ??= at;
  }

  /** An observer joined: from now on it hears the room from there. */
  joined(observer: string, { roomId, after, resumed, head, history }: Joined): void {
    const key = `${observer} ${roomId}`;
    if (resumed) {
      if (after !== this.#cursors.get(key)) this.object(`${key}: resumed from elsewhere`);
      return;
    }
    // Who has nothing yet loses nothing: a log without events may get another epoch.
    const gap = head - (after ?? 0);
    const within = (after ?? 0) > 0 && gap >= 0 && gap <= MAX_RESUME_EVENTS;
    if (within && this.archiveStays) {
      this.object(`${key}: could not resume from ${after}, head ${head}`);
    }
    if (after !== undefined && head < after) {
      this.object(`${key}: heard up to ${after}, and now the room ends at ${head}`);
    }
    this.shown(`${key}: history`, roomId, history, { head });
    this.#cursors.set(key, head);
  }

  /** An observer heard an event live, or as part of a resume. */
  received(observer: string, frame: LogFrame): void {
    const { seq } = frames.factsOf(frame);
    const key = `${observer} ${frame.roomId}`;
    const cursor = this.#cursors.get(key) ?? 0;
    if (seq !== cursor + 1) this.object(`${key}: ${seq} came after ${cursor}`);
    this.#cursors.set(key, seq);
    this.#received++;
    this.#agree(key, frame);
  }

  /** Where events are listed in the end: a room's log from one number to its end. */
  listed(where: string, roomId: number, events: readonly LogFrame[], first = 1): void {
    for (const [index, frame] of events.entries()) {
      const { seq } = frames.factsOf(frame);
      if (seq !== first + index) {
        this.object(`${where}, room ${roomId}: ${seq} stands where ${first + index} must`);
      }
      this.#agree(where, frame);
    }
    for (const frame of events) {
      const { seq, id } = frames.factsOf(frame);
      if (frames.hasText(frame) && this.#log(roomId).deleted.has(id)) {
        this.object(`${where}, room ${roomId}: ${seq} has the text of a deleted message`);
      }
    }
    this.#listings.push({ where, roomId, end: first - 1 + events.length });
  }

  /**
   * What somebody was shown of a room: its newest messages, oldest first.
   *
   * @param options.head after which event; the room's end when absent
   * @param options.whole whether it must be all messages of the room
   */
  shown(
    where: string,
    roomId: number,
    messages: readonly Message[],
    { head, whole = false }: { head?: number; whole?: boolean } = {},
  ): void {
    this.#shown.push({ where, roomId, head, whole, messages: summaryOf(messages) });
  }

  /**
   * What does not fit together: empty when all is well. Call it when all has been quiet and every
   * place was listed.
   */
  judge(): readonly string[] {
    const places = this.#indexByTxn();
    const unmade: Sent[] = [];
    for (const [txnId, sent] of this.#sent) {
      if (this.#isUnmade(sent)) unmade.push(sent);
      else {
        const problem = problemOf(sent, places.get(txnId));
        if (problem !== undefined) this.object(`${txnId} ${problem}`);
        else if (sent.ack !== undefined) this.#present++;
      }
    }
    for (const [roomId, log] of this.#logs) {
      const room = {
        roomId,
        log,
        shown: this.#shown.filter((each) => each.roomId === roomId),
        unmade: unmade.filter((each) => each.roomId === roomId),
        refusedSenders: this.#refusedSenders,
        sentAs: (txnId = "") => this.#sent.get(txnId),
        object: (violation: string) => this.object(violation),
      };
      judgeOrder(room);
      judgeStates(room);
    }
    for (const { where, roomId, end } of this.#listings) {
      const expected = this.#log(roomId).places.length;
      if (end !== expected) {
        this.object(`${where} holds ${end} events of room ${roomId}, others ${expected}`);
      }
    }
    for (const [key, cursor] of this.#cursors) {
      const head = this.#log(Number(key.split(" ").at(-1))).places.length;
      if (cursor !== head) this.object(`${key}: heard up to ${cursor} of ${head}`);
    }
    return this.#violations;
  }

  /** Notes that something is wrong. */
  object(violation: string): void {
    if (this.#violations.length < MAX_VIOLATIONS) this.#violations.push(violation);
  }

  /** Whether a change was answered by what the message is already, or by its being gone. */
  #isUnmade({ ack, type, deniedAt, roomId }: Sent): boolean {
    if (deniedAt !== undefined) return true;
    if (ack === undefined || type === "message") return false;
    const place = this.#log(roomId).places[ack.seq - 1];
    const isMessage = place?.type === "message" && place.id === ack.id && place.ts === ack.ts;
    if (isMessage) this.#present++;
    return isMessage;
  }

  /** Where each txnId stands; objects to what stands there twice or was never sent. */
  #indexByTxn(): Map<string, Found> {
    const byTxn = new Map<string, Found>();
    const ids = new Set<string>();
    for (const [roomId, { places, deleted }] of this.#logs) {
      for (const [index, place] of places.entries()) {
        const seq = index + 1;
        if (place === undefined) {
          this.object(`room ${roomId}: nobody ever saw ${seq}`);
          continue;
        }
        const { txnId, id, type, scrubbed } = place;
        if (type === "message" && ids.has(id)) {
          this.object(`room ${roomId}: ${seq} has the id of another message`);
        }
        ids.add(id);
        if (scrubbed !== undefined && !deleted.has(id)) {
          this.object(`room ${roomId}: the text of ${seq} is gone, and nobody deleted it`);
        }
        const sent = this.#sent.get(txnId ?? "");
        if (txnId === undefined || sent === undefined) {
          this.object(`room ${roomId}: nobody sent ${seq} (${txnId})`);
        } else if (byTxn.has(txnId)) {
          this.#doubled++;
          this.object(`room ${roomId}: ${txnId} stands at ${byTxn.get(txnId)?.seq} and ${seq}`);
        } else byTxn.set(txnId, { roomId, seq, place });
        if (sent?.deniedAt !== undefined) {
          this.object(`room ${roomId}: ${txnId} was denied, and stands at ${seq}`);
        }
      }
    }
    return byTxn;
  }

  /** Whoever sees a place of a log must see what others saw there, and what was sent. */
  #agree(where: string, frame: LogFrame): void {
    const { roomId } = frame;
    const facts = frames.factsOf(frame);
    const seen = this.#log(roomId).see(frame);
    if (seen === "other") {
      this.object(`${where}: ${facts.seq} of room ${roomId} is not what others saw there`);
    }
    const sent = this.#sent.get(facts.txnId ?? "");
    if (seen !== "new" || sent === undefined || frames.isScrubbed(frame)) return;
    const meant = frames.frameOf(sent, { ...facts, sender: sent.sender });
    if (!isDeepStrictEqual(frame, JSON.parse(JSON.stringify(meant)))) {
      this.object(`${where}: ${facts.seq} is not what ${sent.sender} sent as ${facts.txnId}`);
    }
  }

  #log(roomId: number): RoomLog {
    const known = this.#logs.get(roomId);
    if (known !== undefined) return known;
    const log = new RoomLog();
    this.#logs.set(roomId, log);
    return log;
  }
}
