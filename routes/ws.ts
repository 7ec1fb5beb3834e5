/** `GET /ws`: a WebSocket of the protocol. */
import { define } from "@/define.ts";
import { isAllowedOrigin } from "@/lib/auth/origin.ts";
import { IDLE_SECONDS, serveWebSocket } from "@/lib/transport/websocket.ts";

export const handler = define.handlers({
  GET(ctx) {
    const { parley, user } = ctx.state;
    const { allowedOrigins, maxFrameBytes } = parley.config;
    if (!isAllowedOrigin(ctx.req, allowedOrigins)) {
      return new Response("This origin may not connect. See ALLOWED_ORIGINS.\n", { status: 403 });
    }
    if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("This address speaks WebSocket.\n", {
        status: 426,
        headers: { upgrade: "websocket", connection: "upgrade" },
      });
    }
    const upgraded = upgrade(ctx);
    if (upgraded === undefined) {
      return new Response("This is no WebSocket handshake (RFC 6455 §4.1).\n", { status: 400 });
    }
    serveWebSocket(upgraded.socket, {
      batch: ctx.url.searchParams.get("batch") === "1",
      maxFrameBytes,
      open: (transport) => parley.connect(transport, user ?? undefined),
    });
    return upgraded.response;
  },
});

/** The socket of a request; undefined when it lacks what a handshake must have. */
function upgrade(ctx: { upgrade(options: Deno.UpgradeWebSocketOptions): Deno.WebSocketUpgrade }) {
  try {
    return ctx.upgrade({ idleTimeout: IDLE_SECONDS });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}
