/** Whether what people were shown of a room is what its events come to. */
import { crc32 } from "node:zlib";
import { Fold } from "./fold.ts";
import { frameOf, type Message } from "./frames.ts";
import type { Place, RoomLog } from "./room_log.ts";
import type { Sent } from "./sent.ts";

/** Messages as somebody was shown them, which must be the newest ones. */
export interface Shown {
  readonly where: string;
  /** After which event; undefined for the end. */
  readonly head: number | undefined;
  /** Whether they must be all of them. */
  readonly whole: boolean;
  readonly messages: readonly { readonly seq: number; readonly checksum: number }[];
}

/** All that is known of one room. */
export interface RoomStory {
  readonly roomId: number;
  readonly log: RoomLog;
  readonly shown: readonly Shown[];
  /** Changes that were answered and made no event: what they wanted was so, or can't be. */
  readonly unmade: readonly Sent[];
  readonly sentAs: (txnId: string | undefined) => Sent | undefined;
  readonly object: (violation: string) => void;
}

/** A message after an event that is about it. */
interface Version {
  readonly by: Sent;
  readonly message: Message | undefined;
}

/** What is kept of messages that somebody was shown. */
export function summaryOf(messages: readonly Message[]): Shown["messages"] {
  return messages.map((message) => ({ seq: message.seq, checksum: checksumOf(message) }));
}

/** Goes through the log once and compares. */
export function judgeStates({ roomId, log, shown, unmade, sentAs, object }: RoomStory): void {
  const { places } = log;
  const fold = new Fold();
  const versions = new Map<string, Version[]>(unmade.map((sent) => [targetOf(sent), []]));
  const byHead = Map.groupBy(shown, ({ head }) => Math.min(head ?? Infinity, places.length));
  const compare = (head: number) => {
    for (const each of byHead.get(head) ?? []) compareTo(fold, each, roomId, object);
  };
  compare(0);
  for (const [index, place] of places.entries()) {
    const sent = sentAs(place?.txnId);
    if (place !== undefined && sent !== undefined) {
      const problem = apply(fold, place, sent, { roomId, seq: index + 1 });
      if (problem !== undefined) object(`room ${roomId}: ${index + 1} ${problem}`);
      versions.get(place.id)?.push({ by: sent, message: fold.get(place.id) });
    }
    compare(index + 1);
  }
  for (const sent of unmade) {
    if (couldBe(sent, versions.get(targetOf(sent)) ?? [])) continue;
    const told = sent.deniedAt === undefined ? "is so already" : "is of a deleted message";
    object(`room ${roomId}: ${sent.sender} was told that this ${told}: ${JSON.stringify(sent)}`);
  }
}

/** Applies the event of a place; says what is wrong with its being there. */
function apply(
  fold: Fold,
  place: Place,
  sent: Sent,
  { roomId, seq }: { roomId: number; seq: number },
): string | undefined {
  const before = fold.get(place.id);
  const changed = fold.apply(frameOf(sent, { ...place, roomId, seq }));
  if (place.type === "message") return undefined;
  if (before === undefined) return "changes a message that is not there";
  if (before.deleted) return "changes a message that was deleted";
  if (place.type !== "reaction" && before.sender !== place.sender) return "is not its author's";
  return changed ? undefined : "changes nothing";
}

function compareTo(
  fold: Fold,
  { where, whole, messages }: Shown,
  roomId: number,
  object: (violation: string) => void,
): void {
  const all = fold.list();
  const expected = whole ? all : all.slice(all.length - messages.length);
  if (expected.length !== messages.length) {
    object(`${where} holds ${messages.length} messages of room ${roomId}, not ${expected.length}`);
  }
  for (const [index, message] of expected.entries()) {
    const { seq, checksum } = messages[index] ?? {};
    if (seq === message.seq && checksum === checksumOf(message)) continue;
    return object(
      `${where}: ${seq} of room ${roomId} is not what its events come to: ${
        JSON.stringify(message)
      }`,
    );
  }
}

/** Whether the answer to a change was true at some moment between its question and itself. */
function couldBe(sent: Sent, versions: readonly Version[]): boolean {
  const answeredAt = sent.deniedAt ?? sent.ackedAt;
  return versions.some(({ by, message }, index) => {
    const next = versions[index + 1];
    const over = next !== undefined && next.by.ackedAt < sent.at;
    return !over && by.at <= answeredAt && message !== undefined && isSo(sent, message);
  });
}

function isSo(sent: Sent, { text, deleted, reactions = [] }: Message): boolean {
  if (sent.deniedAt !== undefined || sent.type === "delete") return deleted === true;
  if (sent.type === "edit") return !deleted && text === sent.text;
  if (sent.type === "message" || deleted) return false;
  const users = reactions.find(({ emoji }) => emoji === sent.emoji)?.users ?? [];
  return users.some(({ name }) => name === sent.sender) !== (sent.remove ?? false);
}

function targetOf(sent: Sent): string {
  return sent.type === "message" ? "" : sent.id;
}

/** Of all that a message says, in whatever order. */
function checksumOf(message: Message): number {
  const fields = Object.entries(message).filter(([, value]) => value !== undefined);
  return crc32(JSON.stringify(fields.sort(([a], [b]) => a < b ? -1 : 1)));
}
