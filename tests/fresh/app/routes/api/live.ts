import { define } from "../../utils.ts";
const clients = new Set<WebSocket>();
export const handler = define.handlers({
  GET(ctx) {
    const { socket, response } = ctx.upgrade({ idleTimeout: 30 });
    socket.onopen = () => clients.add(socket);
    socket.onclose = () => clients.delete(socket);
    socket.onmessage = (e) => {
      for (const c of clients) if (c.readyState === WebSocket.OPEN) c.send(e.data);
    };
    return response;
  },
});
