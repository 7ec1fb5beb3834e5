/** What every route, layout and middleware of the app knows: Fresh's `define`, with our state. */
import { createDefine } from "fresh";
import type { Api } from "@/lib/api/api.ts";
import type { Caller } from "@/lib/auth/caller.ts";
import type { Parley } from "@/lib/parley.ts";
import type { User } from "@/lib/protocol/server_frames.ts";

/** The state of one request. */
export interface State {
  /** The services. */
  parley: Parley;
  /** The REST API. */
  api: Api;
  /** Where the request comes from. */
  caller: Caller;
  /** Whoever asks; null for somebody without a name yet. */
  user: User | null;
  /** The page's title, for `_app.tsx`. */
  title?: string;
}

/** Fresh's helpers, typed with {@link State}. */
export const define = createDefine<State>();
