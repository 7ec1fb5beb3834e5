/**
 * The judge of every round: clients tell it all that they send and hear while things break, the
 * stores tell it what they hold in the end, and it says what does not fit together.
 *
 * It demands that
 * - every acknowledged message exists exactly once, where its `ack` said, and everywhere the same;
 * - nothing exists that nobody sent, or that was refused;
 * - `seq` has no hole, `ts` never goes back, and all see one order: what was acknowledged before
 *   another message was sent stands before it, and each sender's messages stand as sent;
 * - who resumes misses nothing and hears nothing twice.
 */
import { crc32 } from "node:zlib";

/** A message as clients get it. */
export interface Message {
  readonly id: string;
  readonly seq: number;
  readonly roomId: number;
  readonly sender: string;
  readonly text: string;
  readonly ts: number;
  readonly txnId?: string;
}

/** What an `ack` says. */
export type Ack = Pick<Message, "roomId" | "id" | "seq" | "ts">;

/** What somebody wants to say. */
export type Draft = Pick<Message, "roomId" | "sender" | "text">;

/** What a client was told when it joined a room. */
export interface Joined {
  readonly roomId: number;
  /** What the client asked to resume from; undefined for the first time. */
  readonly after: number | undefined;
  readonly resumed: boolean;
  readonly head: number;
  readonly history: readonly Message[];
}

/** A draft on its way. Times are milliseconds of one clock. */
interface Sent extends Draft {
  /** Its place among all that was sent. */
  readonly order: number;
  readonly at: number;
  attempts: number;
  refusals: number;
  ack?: Ack;
  ackedAt: number;
}

/** A place in a room's log, as the first who saw it saw it. */
interface Place {
  readonly id: string;
  readonly txnId: string | undefined;
  readonly ts: number;
  /** Of the whole message: others must have seen the very same. */
  readonly checksum: number;
}

/** How many messages were … */
export interface Counts {
  readonly sent: number;
  readonly acked: number;
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
  /** By room; index 0 is `seq` 1. */
  readonly #logs = new Map<number, Place[]>();
  /** How far each observer has heard each room: `observer roomId` → seq. */
  readonly #cursors = new Map<string, number>();
  readonly #listings: { readonly where: string; roomId: number; length: number }[] = [];
  /** Who was refused once: what they send again may have changed places. */
  readonly #refusedSenders = new Set<string>();
  #acked = 0;
  #received = 0;
  #present = 0;
  #doubled = 0;

  /** @param archiveStays false where what libSQL holds may be out of reach for who resumes */
  constructor(private readonly archiveStays = true) {}

  /** How many messages there were of each kind. */
  get counts(): Counts {
    const [acked, received, present, doubled] = [
      this.#acked,
      this.#received,
      this.#present,
      this.#doubled,
    ];
    return { sent: this.#sent.size, acked, present, doubled, received };
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
    if (roomId !== sent.roomId) this.object(`${txnId} was acknowledged in room ${roomId}`);
    if (sent.ack === undefined) {
      sent.ack = ack;
      sent.ackedAt = at;
      this.#acked++;
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
    this.#consecutive(`${key}: history`, history, head - history.length + 1);
    for (const message of history) this.#agree(key, message);
    this.#cursors.set(key, head);
  }

  /** An observer heard a message live, or as part of a resume. */
  received(observer: string, message: Message): void {
    const key = `${observer} ${message.roomId}`;
    const cursor = this.#cursors.get(key) ?? 0;
    if (message.seq !== cursor + 1) this.object(`${key}: ${message.seq} came after ${cursor}`);
    this.#cursors.set(key, message.seq);
    this.#received++;
    this.#agree(key, message);
  }

  /** Where a room is listed: everything that this place holds of it, oldest first. */
  listed(where: string, roomId: number, messages: readonly Message[]): void {
    this.#consecutive(`${where}, room ${roomId}`, messages, 1);
    for (const message of messages) this.#agree(where, message);
    this.#listings.push({ where, roomId, length: messages.length });
  }

  /**
   * What does not fit together: empty when all is well. Call it when all has been quiet and every
   * place was listed.
   */
  judge(): readonly string[] {
    const places = this.#indexByTxn();
    for (const [txnId, sent] of this.#sent) this.#judgeSent(txnId, sent, places.get(txnId));
    for (const [roomId, log] of this.#logs) this.#judgeOrder(roomId, log);
    for (const { where, roomId, length } of this.#listings) {
      const expected = this.#logs.get(roomId)?.length ?? 0;
      if (length !== expected) {
        this.object(`${where} holds ${length} messages of room ${roomId}, others ${expected}`);
      }
    }
    for (const [key, cursor] of this.#cursors) {
      const head = this.#logs.get(Number(key.split(" ").at(-1)))?.length ?? 0;
      if (cursor !== head) this.object(`${key}: heard up to ${cursor} of ${head}`);
    }
    return this.#violations;
  }

  /** Where each txnId stands; objects to what stands there twice or was never sent. */
  #indexByTxn(): Map<string, { roomId: number; seq: number; place: Place }> {
    const byTxn = new Map<string, { roomId: number; seq: number; place: Place }>();
    const ids = new Set<string>();
    for (const [roomId, log] of this.#logs) {
      for (const [index, place] of log.entries()) {
        const seq = index + 1;
        if (place === undefined) {
          this.object(`room ${roomId}: nobody ever saw ${seq}`);
          continue;
        }
        const { txnId, id } = place;
        if (ids.has(id)) this.object(`room ${roomId}: ${seq} has the id of another message`);
        ids.add(id);
        if (txnId === undefined || !this.#sent.has(txnId)) {
          this.object(`room ${roomId}: nobody sent ${seq} (${txnId})`);
        } else if (byTxn.has(txnId)) {
          this.#doubled++;
          this.object(`room ${roomId}: ${txnId} stands at ${byTxn.get(txnId)?.seq} and ${seq}`);
        } else byTxn.set(txnId, { roomId, seq, place });
      }
    }
    return byTxn;
  }

  #judgeSent(
    txnId: string,
    { roomId, ack, attempts, refusals }: Sent,
    found: { roomId: number; seq: number; place: Place } | undefined,
  ): void {
    if (found !== undefined && found.roomId !== roomId) {
      this.object(`${txnId} stands in room ${found.roomId}, it was sent to ${roomId}`);
    }
    if (ack === undefined) {
      if (found !== undefined && refusals === attempts) {
        this.object(`${txnId} was refused, and stands at ${found.seq}`);
      }
    } else if (found === undefined) {
      this.object(`${txnId} was acknowledged as ${ack.seq} of room ${roomId} and is lost`);
    } else {
      const { seq, place: { id, ts } } = found;
      if (seq !== ack.seq || id !== ack.id || ts !== ack.ts) {
        this.object(`${txnId} was acknowledged as ${ack.seq} and stands at ${seq}`);
      } else this.#present++;
    }
  }

  #judgeOrder(roomId: number, log: readonly Place[]): void {
    let lastTs = 0;
    let latestSend = { at: 0, seq: 0 };
    const lastOrders = new Map<string, number>();
    for (const [index, place] of log.entries()) {
      const seq = index + 1;
      if (place === undefined) continue;
      if (place.ts < lastTs) this.object(`room ${roomId}: the time of ${seq} goes back`);
      lastTs = place.ts;
      const sent = this.#sent.get(place.txnId ?? "");
      if (sent === undefined) continue;
      if (sent.ackedAt < latestSend.at) {
        this.object(
          `room ${roomId}: ${seq} was acknowledged before ${latestSend.seq} was sent, and follows it`,
        );
      }
      if (sent.at > latestSend.at) latestSend = { at: sent.at, seq };
      // After a refusal a message goes out again, behind others or before an answer that was lost.
      const moved = this.#refusedSenders.has(sent.sender) && sent.attempts > 1;
      if (moved) continue;
      if (sent.order < (lastOrders.get(sent.sender) ?? -1)) {
        this.object(`room ${roomId}: ${seq} of ${sent.sender} follows what was sent after it`);
      }
      lastOrders.set(sent.sender, sent.order);
    }
  }

  /** Whoever sees a place of a log must see what others saw there, and what was sent. */
  #agree(where: string, message: Message): void {
    const { roomId, seq, id, txnId, ts } = message;
    const log = this.#logs.get(roomId) ?? [];
    this.#logs.set(roomId, log);
    const checksum = crc32(JSON.stringify(message));
    const known = log[seq - 1];
    if (known === undefined) {
      log[seq - 1] = { id, txnId, ts, checksum };
      const sent = this.#sent.get(txnId ?? "");
      if (sent !== undefined && (sent.text !== message.text || sent.sender !== message.sender)) {
        this.object(`${where}: ${seq} is not what ${sent.sender} sent as ${txnId}`);
      }
    } else if (known.checksum !== checksum) {
      this.object(`${where}: ${seq} of room ${roomId} is not what others saw there`);
    }
  }

  #consecutive(where: string, messages: readonly Message[], first: number): void {
    messages.forEach(({ seq }, index) => {
      if (seq !== first + index) {
        this.object(`${where}: ${seq} stands where ${first + index} must`);
      }
    });
  }

  /** Notes that something is wrong. */
  object(violation: string): void {
    if (this.#violations.length < MAX_VIOLATIONS) this.#violations.push(violation);
  }
}
