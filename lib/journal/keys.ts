/** Where the journal keeps what in Deno KV. */

/** Every entry of a room's log, oldest first. */
export const entries = (roomId: number): Deno.KvKey => ["log", roomId];
/** One entry, filed under its first `seq`: a `Uint8Array`. */
export const entry = (roomId: number, firstSeq: number): Deno.KvKey => ["log", roomId, firstSeq];
/** Every group, oldest first. */
export const groups: Deno.KvKey = ["log_group"];
/** One group, with a list of what it holds: a `Uint8Array`. */
export const group = (number: number, contents: string): Deno.KvKey => [
  ...groups,
  number,
  contents,
];
/** A group that was found damaged, as it was. */
export const damagedGroup = (number: number): Deno.KvKey => ["damaged_log_group", number];
/** What was found damaged under that number, as it was, for whoever wants to look at it. */
export const damaged = (roomId: number, firstSeq: number): Deno.KvKey => [
  "damaged",
  roomId,
  firstSeq,
];
/** A room's `{ epoch, archived, inherited, crc }`. */
export const roomLog = (roomId: number): Deno.KvKey => ["room_log", roomId];
/** Markers of the rooms whose log is not archived to its head. */
export const unarchived: Deno.KvKey = ["unarchived"];
/** The marker of one room. */
export const unarchivedRoom = (roomId: number): Deno.KvKey => [...unarchived, roomId];
/** What of a room is under {@link greatestTxn}. */
export const greatestTxns = (roomId: number): Deno.KvKey => ["txn_greatest", roomId];
/** The greatest time-ordered `txnId` of a user's trimmed events in a room: a string. */
export const greatestTxn = (roomId: number, userId: string): Deno.KvKey => [
  ...greatestTxns(roomId),
  userId,
];
/** Receipts of a user's trimmed events in a room that had opaque `txnId`s, file by file. */
export const receiptFiles = (roomId: number, userId: string): Deno.KvKey => [
  "receipts",
  roomId,
  userId,
];
/** One file, under the `seq` of its first receipt: `FiledReceipt[]`. */
export const receiptFile = (roomId: number, userId: string, firstSeq: number): Deno.KvKey => [
  ...receiptFiles(roomId, userId),
  firstSeq,
];
/** Receipts that have a key each, as all had before there were files. */
export const receipts = (roomId: number, userId: string): Deno.KvKey => ["txn", roomId, userId];
/** One of these: a `Receipt`. */
export const receipt = (roomId: number, userId: string, txnId: string): Deno.KvKey => [
  ...receipts(roomId, userId),
  txnId,
];
