/** Node and `ws`, a frame for each message and member; nothing is stored. */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { event, joined, listen, rooms } from "./chat.mjs";

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
    const { text, ack } = event(room, name, frame);
    for (const member of room.members) member.send(text);
    socket.send(ack);
  });
});
listen(server);
