/** Where a server's gateways are. */
import type { Server } from "../parley.ts";

/** The ports of the gateways, by what the server says at its start. */
export function ports(server: Server): { tcp: number; udp: number } {
  const port = (scheme: string) =>
    Number(RegExp(`${scheme}://\\S+:(\\d+)`).exec(server.ready)?.[1]);
  return { tcp: port("tcp"), udp: port("udp") };
}
