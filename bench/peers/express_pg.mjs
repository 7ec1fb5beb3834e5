/** Express, `ws` and PostgreSQL: a statement for each message, then a frame for each member. */
import express from "express";
import { createServer } from "node:http";
import process from "node:process";
import pg from "pg";
import { WebSocketServer } from "ws";
import { event, joined, listen, rooms } from "./chat.mjs";

const db = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// A run starts with empty rooms, and the database outlives it.
await db.query("drop table if exists single");
await db.query(
  "create table if not exists single (room int, seq int, id uuid, sender text, text text, ts bigint, primary key (room, seq))",
);

const server = createServer(express());
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  let name;
  socket.on("message", async (data) => {
    const frame = JSON.parse(data);
    const room = rooms.of(frame.roomId);
    if (frame.type === "join") {
      name = frame.username;
      room.members.add(socket);
      socket.on("close", () => room.members.delete(socket));
      return socket.send(joined(room));
    }
    const { message, text, ack } = event(room, name, frame);
    const { roomId, seq, id, sender, ts } = message;
    const stored = db.query("insert into single values ($1, $2, $3, $4, $5, $6)", [
      roomId,
      seq,
      id,
      sender,
      message.text,
      ts,
    ]);
    // Statements of several connections end in any order; a room's messages go out in theirs.
    await (room.last = Promise.all([room.last, stored]));
    for (const member of room.members) member.send(text);
    socket.send(ack);
  });
});
listen(server);
