/** One frame a member for a group of events. */
import { Sender } from "ws";

/**
 * Acknowledges a group to its senders and sends it to a room's members: the frame is made once, and
 * the same bytes are written to every socket.
 */
export function fanOut(room, group) {
  for (const { socket, ack } of group) socket.send(ack);
  const payload = Buffer.from(`[${group.map(({ text }) => text).join(",")}]`);
  const frame = Buffer.concat(
    Sender.frame(payload, { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }),
  );
  for (const member of room.members) member._socket.write(frame);
}
