/** `Deno.serve` and its WebSocket, a frame for each message and member; nothing is stored. */
import { event, joined, rooms } from "./chat.mjs";

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(`ready at http://127.0.0.1:${port}`),
}, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  let name;
  let room;
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    room = rooms.of(frame.roomId);
    if (frame.type === "join") {
      name = frame.username;
      room.members.add(socket);
      return socket.send(joined(room));
    }
    const { text, ack } = event(room, name, frame);
    for (const member of room.members) member.send(text);
    socket.send(ack);
  };
  socket.onclose = () => room?.members.delete(socket);
  return response;
});
