/** Starts the built app: listens, says where, and stops in order. */
import { ConfigError } from "@/lib/config.ts";
import { StartError } from "@/lib/data_dir.ts";
import type { Parley } from "@/lib/parley.ts";
import { RateLimit } from "@/lib/session/rate_limit.ts";
import { type Gateway, serveTcp } from "@/lib/transport/tcp.ts";
import type { Transport } from "@/lib/session/transport.ts";
import { serveUdp } from "@/lib/transport/udp.ts";

/** Datagrams that one address may send. */
const DATAGRAMS_PER_SECOND = 20;

/** After a signal the process is gone within this time, whatever hangs. */
const STOP_WITHIN_MS = 9000;

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}

async function start(): Promise<void> {
  const { parley } = await import("@/main.ts");
  const { default: built } = await import("@/_fresh/server.js") as {
    default: { fetch(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> };
  };
  const { config, log } = parley;
  const server = listen(config.host, config.port, built.fetch);
  const { port } = server.addr;
  const host = config.host.includes(":") ? `[${config.host}]` : config.host;

  const gateways = openGateways(parley);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info("stopping");
    for (const gateway of gateways) gateway.close();
    setTimeout(() => {
      log.error("the stop took too long; what is not archived waits in the journal");
      Deno.exit(1);
    }, STOP_WITHIN_MS);
    await parley.stop();
    await server.shutdown();
    Deno.exit(0);
  };
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
  console.log(
    [
      `Parley is ready at http://${host}:${port}`,
      ...gateways.map(({ addr }) => `and at ${addr.transport}://${host}:${addr.port}`),
    ].join(" "),
  );
}

function listen(
  hostname: string,
  port: number,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new StartError(`Port ${port} on ${hostname} is taken. Set PORT to another one.`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`Can't listen on ${hostname}:${port}: ${reason}`);
  }
}

/** The other ways in, as far as they are wanted. */
function openGateways({ config, log, metrics, connect, signal }: Parley): Gateway[] {
  const { host: hostname, tcpPort, udpPort, tls, maxFrameBytes } = config;
  const gateways: Gateway[] = [];
  try {
    if (tcpPort !== undefined) {
      const listener = tls === undefined
        ? Deno.listen({ hostname, port: tcpPort })
        : Deno.listenTls({
          hostname,
          port: tcpPort,
          cert: Deno.readTextFileSync(tls.cert),
          key: Deno.readTextFileSync(tls.key),
        });
      const open = (transport: Transport) => connect(transport, undefined);
      gateways.push(serveTcp(listener, { maxLineBytes: maxFrameBytes, open, log }));
    }
    if (udpPort !== undefined) {
      const socket = Deno.listenDatagram({ transport: "udp", hostname, port: udpPort });
      const limit = new RateLimit(DATAGRAMS_PER_SECOND);
      const dropped = () => void metrics.datagramsDropped++;
      gateways.push(serveUdp(socket, { limit, signal, dropped, log }));
    }
    return gateways;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The TCP or UDP gateway can't be opened: ${reason}`);
  }
}
