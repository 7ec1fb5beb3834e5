/**
 * A Durable Object for each room, in workerd: a row in its SQLite on disk for each message, then a
 * frame for each member. The runtime's output gate holds the frames back until the row is written.
 */
import { DurableObject } from "cloudflare:workers";
import { event, joined } from "./chat.mjs";

export default {
  fetch(request, env) {
    const room = new URL(request.url).searchParams.get("room");
    return env.ROOMS.getByName(room).fetch(request);
  },
};

export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(
      "create table if not exists messages (seq integer primary key, id text, sender text, text text, ts integer)",
    );
    const { head } = this.sql.exec("select coalesce(max(seq), 0) as head from messages").one();
    this.head = head;
  }

  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(socket, data) {
    const frame = JSON.parse(data);
    this.id = frame.roomId;
    if (frame.type === "join") {
      socket.serializeAttachment({ name: frame.username });
      return socket.send(joined(this));
    }
    const { name } = socket.deserializeAttachment();
    const { message, text, ack } = event(this, name, frame);
    const { seq, id, sender, ts } = message;
    this.sql.exec("insert into messages values (?, ?, ?, ?, ?)", seq, id, sender, message.text, ts);
    for (const member of this.ctx.getWebSockets()) member.send(text);
    socket.send(ack);
  }
}
