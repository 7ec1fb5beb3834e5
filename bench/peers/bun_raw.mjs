/** Bun's own publish and subscribe, a frame for each message and member; nothing is stored. */
import { event, joined, rooms } from "./chat.mjs";

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request, server) {
    if (!server.upgrade(request, { data: {} })) return new Response("", { status: 400 });
  },
  websocket: {
    message(socket, data) {
      const frame = JSON.parse(data);
      const room = rooms.of(frame.roomId);
      if (frame.type === "join") {
        socket.data.name = frame.username;
        socket.subscribe(String(room.id));
        return void socket.send(joined(room));
      }
      const { text, ack } = event(room, socket.data.name, frame);
      server.publish(String(room.id), text);
      socket.send(ack);
    },
  },
});
console.log(`ready at http://127.0.0.1:${server.port}`);
