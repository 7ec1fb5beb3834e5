import { type Database } from "./database.ts";
import { eventFromJson, type LogEvent, type Receipt } from "../lib/protocol/event.ts";
export interface RoomBatch { roomId: number; epoch: string; events: readonly LogEvent[] }
export class LogConflictError extends Error { constructor(readonly roomId: number, m: string) { super(m); } }
export class Events {
  constructor(private readonly db: Database) {}
  async startEpoch(roomId: number, epoch: string): Promise<number> {
    await this.db.write([{ sql: "insert into logs values (?,?,0) on conflict do update set epoch=excluded.epoch", args: [roomId, epoch] }]);
    const [r] = await this.db.read("select archived_seq s from logs where room_id=?", [roomId]);
    return Number(r?.s ?? 0);
  }
  async apply(batches: RoomBatch[]): Promise<void> {
    await this.db.write([
      { sql: "insert into logs select value->>'roomId', value->>'epoch', 0 from json_each(?) where true on conflict do nothing", args: [JSON.stringify(batches.map(({ roomId, epoch }) => ({ roomId, epoch })))] },
      { sql: `insert into events select e.value->>'roomId', e.value->>'$.message.seq', e.value->>'type', e.value->>'$.message.id', e.value->>'$.message.userId', e.value->>'$.message.txnId', e.value->>'$.message.ts', e.value from json_each(?) e join logs l on l.room_id = e.value->>'roomId' where e.value->>'$.message.seq' > l.archived_seq`, args: [`[${batches.flatMap((b) => b.events.map((e) => e.json)).join(",")}]`] },
      { sql: "update logs set archived_seq = max(archived_seq, (select b.value->>'last' from json_each(?1) b where b.value->>'roomId' = room_id)) where room_id in (select value->>'roomId' from json_each(?1))", args: [JSON.stringify(batches.map((b) => ({ roomId: b.roomId, last: b.events.at(-1)?.seq })))] },
    ]);
  }
  async before(roomId: number, before: number, limit: number): Promise<LogEvent[]> {
    return (await this.db.read("select payload from events where room_id=? and seq<? order by seq desc limit ?", [roomId, before, limit])).map((r) => eventFromJson(String(r.payload))).reverse();
  }
  async after(roomId: number, after: number, limit: number): Promise<LogEvent[]> {
    return (await this.db.read("select payload from events where room_id=? and seq>? order by seq limit ?", [roomId, after, limit])).map((r) => eventFromJson(String(r.payload)));
  }
  async receipt(roomId: number, userId: string, txnId: string): Promise<Receipt | undefined> {
    const [r] = await this.db.read("select id,seq,ts from events where room_id=? and user_id=? and txn_id=?", [roomId, userId, txnId]);
    return r && { id: String(r.id), seq: Number(r.seq), ts: Number(r.ts) };
  }
}
