/** For `_fresh/server.js`, which the builder writes. */
import type { App } from "./app.ts";
import { keyAssets } from "./build_id.ts";
import type { Snapshot } from "./snapshot.ts";

export type { Snapshot } from "./snapshot.ts";

/** Gives an app what was built for it, and starts it. */
export function attach<State>(
  app: App<State>,
  snapshot: Snapshot,
): { fetch(request: Request, info: Deno.ServeHandlerInfo): Promise<Response> } {
  keyAssets(snapshot.buildId);
  app.snapshot = snapshot;
  return { fetch: app.handler() };
}
