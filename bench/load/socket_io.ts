/** socket.io's framing over the same bytes: engine.io's packets, events and their acknowledgements. */
import { LoadSocket, type Sent, type Wire } from "./wire.ts";

/** The digits that packets begin with: engine.io's, then socket.io's. */
const OPEN = 0x30, PING = 0x32, MESSAGE = 0x34;
const CONNECTED = 0x30, EVENT = 0x32, ACK = 0x33;
const COMMA = 0x2c, BRACKET = 0x5b;

/** One client by WebSocket alone, without the long polling that browsers begin with. */
export class SocketIoWire implements Wire {
  /** Acks asked for so far. */
  #asked = 0;
  /** What is sent before the server has let the client in. */
  #waiting: string[] | undefined = [];

  private constructor(private readonly socket: LoadSocket) {}

  static async open(port: number): Promise<SocketIoWire> {
    return new SocketIoWire(
      await LoadSocket.open(port, "/socket.io/?EIO=4&transport=websocket"),
    );
  }

  /** Emits an event of the frame's type and asks for its ack, which is the answer. */
  send(frame: Sent): void {
    const packet = `42${this.#asked++}["${frame.type}",${JSON.stringify(frame)}]`;
    if (this.#waiting === undefined) this.socket.sendText(packet);
    else this.#waiting.push(packet);
  }

  /** Hands over the one argument of each event and ack. */
  listen(take: (json: Uint8Array) => void, fail: (error: unknown) => void): void {
    this.socket.listen((packet) => {
      switch (packet[0]) {
        case OPEN:
          return this.socket.sendText("40");
        case PING:
          return this.socket.sendText("3");
        case MESSAGE:
          switch (packet[1]) {
            case CONNECTED:
              return this.#connected();
            case EVENT:
              return take(packet.subarray(packet.indexOf(COMMA) + 1, -1));
            case ACK:
              return take(packet.subarray(packet.indexOf(BRACKET) + 1, -1));
          }
      }
      throw new Error(`a packet that nobody expects: ${packet}`);
    }, fail);
  }

  close(): void {
    this.socket.close();
  }

  #connected(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const packet of waiting) this.socket.sendText(packet);
  }
}
