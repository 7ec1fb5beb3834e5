/**
 * As an expert would build it: Node, `ws` and PostgreSQL with group commit. One statement is in
 * flight; what comes meanwhile is the next group. One coalesced frame a member and commit.
 */
import { createServer } from "node:http";
import process from "node:process";
import pg from "pg";
import { WebSocketServer } from "ws";
import { event, joined, listen, rooms } from "./chat.mjs";
import { fanOut } from "./fan_out.mjs";

const db = new pg.Client(process.env.DATABASE_URL);
await db.connect();
// A run starts with empty rooms, and the database outlives it.
await db.query("drop table if exists messages");
await db.query(
  "create table if not exists messages (room int, seq int, id uuid, sender text, text text, ts bigint, primary key (room, seq))",
);
const INSERT = {
  name: "insert",
  text:
    "insert into messages select * from unnest($1::int[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::bigint[])",
};

let waiting = [];
let committing = false;

async function commit() {
  committing = true;
  while (waiting.length > 0) {
    const group = waiting; globalThis.__g=(globalThis.__g||0)+group.length; globalThis.__n=(globalThis.__n||0)+1;
    waiting = [];
    const column = (name) => group.map(({ message }) => message[name]);
    const values = ["roomId", "seq", "id", "sender", "text", "ts"].map(column);
    await db.query({ ...INSERT, values });
    for (const [room, events] of Map.groupBy?.(group, ({ room }) => room) ?? byRoom(group)) {
      fanOut(room, events);
    }
  }
  committing = false;
}

/** `Map.groupBy`, where Node does not have it yet. */
function byRoom(group) {
  const rooms = new Map();
  for (const one of group) {
    const events = rooms.get(one.room);
    if (events === undefined) rooms.set(one.room, [one]);
    else events.push(one);
  }
  return rooms;
}

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  let name;
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    const room = rooms.of(frame.roomId);
    if (frame.type === "join") {
      name = frame.username;
      room.members.add(socket);
      socket.on("close", () => room.members.delete(socket));
      return socket.send(joined(room));
    }
    waiting.push({ room, socket, ...event(room, name, frame) });
    if (!committing) commit();
  });
});
listen(server); setInterval(()=>{console.error("group",(globalThis.__g/globalThis.__n).toFixed(1),"commits",globalThis.__n);globalThis.__g=0;globalThis.__n=0},1000).unref();
