/**
 * The limit: Node and `ws`, nothing stored, one frame a member for all that came in one turn of the
 * loop, framed once and written to every socket as it is.
 */
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { event, joined, listen, rooms } from "./chat.mjs";
import { fanOut } from "./fan_out.mjs";

const pending = new Set();

function flush() {
  for (const room of pending) fanOut(room, room.waiting.splice(0));
  pending.clear();
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
    room.waiting.push({ socket, ...event(room, name, frame) });
    if (pending.size === 0) setImmediate(flush);
    pending.add(room);
  });
});
listen(server);
