/** socket.io: its rooms, its events and its acknowledgements; nothing is stored. */
import { createServer } from "node:http";
import { Server } from "socket.io";
import { listen, message, rooms } from "./chat.mjs";

const server = createServer();
const io = new Server(server);
io.on("connection", (socket) => {
  socket.on("join", ({ roomId, username }, answer) => {
    socket.data.name = username;
    socket.join(String(roomId));
    answer({ type: "joined", roomId, head: rooms.of(roomId).head, history: [] });
  });
  socket.on("message", (frame, answer) => {
    const { roomId } = frame;
    const said = message(rooms.of(roomId), socket.data.name, frame);
    io.to(String(roomId)).emit("message", { type: "message", roomId, message: said });
    const { id, seq, ts } = said;
    answer({ type: "ack", txnId: frame.txnId, roomId, id, seq, ts });
  });
});
listen(server);
