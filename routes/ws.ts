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
    const { socket, response } = ctx.upgrade({ idleTimeout: IDLE_SECONDS });
    serveWebSocket(socket, {
      batch: ctx.url.searchParams.get("batch") === "1",
      maxFrameBytes,
      open: (transport) => parley.connect(transport, user ?? undefined),
    });
    return response;
  },
});
