/** What the Node peers share: rooms in memory, and the few frames of Parley's protocol that are measured. */
import { randomUUID } from "node:crypto";

/** Rooms by number, made when first asked for. */
export const rooms = {
  all: new Map(),
  of(id) {
    let room = this.all.get(id);
    if (room === undefined) {
      this.all.set(id, room = { id, head: 0, members: new Set(), waiting: [] });
    }
    return room;
  },
};

/** The answer to a join. */
export function joined(room) {
  return JSON.stringify({ type: "joined", roomId: room.id, head: room.head, history: [] });
}

/** The next message of a room. */
export function message(room, sender, { text }) {
  return { id: randomUUID(), seq: ++room.head, roomId: room.id, sender, text, ts: Date.now() };
}

/** The next message of a room, and the texts of its frame and of the sender's ack. */
export function event(room, sender, frame) {
  const said = message(room, sender, frame);
  const { id, seq, ts } = said;
  return {
    message: said,
    text: JSON.stringify({ type: "message", roomId: room.id, message: said }),
    ack: JSON.stringify({ type: "ack", txnId: frame.txnId, roomId: room.id, id, seq, ts }),
  };
}

/** Listens on a port that is free, and says which. */
export function listen(server) {
  server.listen(0, "127.0.0.1", () => {
    console.log(`ready at http://127.0.0.1:${server.address().port}`);
  });
}
