/** Express, `ws` and Prisma: a `create` for each message, then a frame for each member. */
import { PrismaPg } from "@prisma/adapter-pg";
import express from "express";
import { createServer } from "node:http";
import process from "node:process";
import { WebSocketServer } from "ws";
import { event, joined, listen, rooms } from "../chat.mjs";
import { PrismaClient } from "./generated/client.mjs";

const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
});
// A run starts with empty rooms, and the database outlives it. Migrations need an engine; this does not.
await prisma.$executeRaw`drop table if exists "Message"`;
await prisma
  .$executeRaw`create table "Message" (room int, seq int, id uuid, sender text, text text, ts bigint, primary key (room, seq))`;

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
    const { roomId, ...columns } = message;
    const stored = prisma.message.create({ data: { room: roomId, ...columns } });
    // Statements of several connections end in any order; a room's messages go out in theirs.
    await (room.last = Promise.all([room.last, stored]));
    for (const member of room.members) member.send(text);
    socket.send(ack);
  });
});
listen(server);
