/** Parley, from the configuration to the app. `serve.ts` listens; Deno Deploy takes `app` itself. */
import { App, csrf, staticFiles } from "fresh";
import { Api } from "@/lib/api/api.ts";
import { cors } from "@/lib/api/cors.ts";
import { refuseAsPage, refuseInJson } from "@/lib/api/refusal.ts";
import { callerOf } from "@/lib/auth/caller.ts";
import { isAllowedOrigin } from "@/lib/auth/origin.ts";
import { refuseBots } from "@/lib/auth/refuse_bots.ts";
import { environmentVariables, readConfig } from "@/lib/config.ts";
import { createLog } from "@/lib/log.ts";
import { openParley } from "@/lib/parley.ts";
import { contentSecurity, inert } from "@/lib/content_security.ts";
import type { State } from "@/define.ts";

const config = readConfig(environmentVariables());
const log = createLog({ format: config.logFormat, level: config.logLevel });

/** The services behind the app. */
export const parley = await openParley(config, log);

const api = new Api(parley, log);

/** The app: pages, forms, REST, and the WebSocket. */
export const app = new App<State>();

// A stylesheet can't ask for a font by the build's key; the font's own name holds its version.
app.use("/fonts", async (ctx) => {
  const response = await ctx.next();
  response.headers.set("cache-control", "public, max-age=31536000, immutable");
  return response;
});
app.use(staticFiles());
app.use("/avatars", inert);
app.use(...contentSecurity<State>());
app.use("/api", cors(config.allowedOrigins), refuseInJson);
// Behind a proxy that ends TLS the page's own origin is not the one of the request that we see.
app.use((ctx) =>
  csrf<State>({ origin: () => isAllowedOrigin(ctx.req, config.allowedOrigins) })(ctx)
);
app.use(refuseAsPage);
app.use(async (ctx) => {
  ctx.state.parley = parley;
  ctx.state.api = api;
  ctx.state.caller = callerOf(ctx.req, ctx.info, config.trustProxy);
  ctx.state.user = await parley.identities.byRequest(ctx.req) ?? null;
  return await ctx.next();
});
// After it is known who asks.
app.use("/account", refuseBots);
app.use("/profile", refuseBots);
app.fsRoutes();
