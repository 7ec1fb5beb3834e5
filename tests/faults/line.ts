/** A talker's connection, whichever door of the server it goes through: nothing else differs. */
import { LineClient } from "../transport/line_client.ts";
import { type Frame, Wire } from "../wire.ts";

/** Frames, both ways, until it ends. */
export interface Line extends Disposable {
  readonly isClosed: boolean;
  send(frame: Frame): void;
  /** Gives each frame that came and will come, until the end, to `hear`. */
  listen(hear: (frame: Frame) => void): Promise<void>;
}

/** Comes in by the WebSocket. */
export async function bySocket(url: string, token: string, batch: boolean): Promise<Line> {
  const headers = { authorization: `Bearer ${token}` };
  const wire = await Wire.connect({ url }, { batch, headers });
  return {
    get isClosed() {
      return wire.closed !== undefined;
    },
    send: (frame) => wire.send(frame),
    async listen(hear) {
      const take = () => wire.frames.splice(0).forEach(hear);
      wire.socket.on("message", take);
      take();
      await wire.end();
    },
    [Symbol.dispose]: () => wire[Symbol.dispose](),
  };
}

/** Comes in by the gateway of lines. */
export function byLines(url: string, token: string): Line {
  const client = LineClient.open(Number(new URL(url).port), { type: "auth", token });
  let isClosed = false;
  const ended = client.ended.then(() => void (isClosed = true));
  return {
    get isClosed() {
      return isClosed;
    },
    send: (frame) => client.send(frame),
    async listen(hear) {
      const take = () => client.frames.splice(0).forEach(hear);
      client.socket.on("data", take);
      take();
      await ended;
    },
    [Symbol.dispose]: () => client[Symbol.dispose](),
  };
}
