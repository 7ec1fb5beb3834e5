/** Pages that are for people alone. */
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";

/** A middleware: what belongs to an account is seen to by whoever answers for a bot. */
export async function refuseBots(
  ctx: { readonly state: { readonly user: User | null }; next(): Promise<Response> },
): Promise<Response> {
  if (ctx.state.user?.ownerId === undefined) return await ctx.next();
  throw new ProtocolError("forbidden", "This page is for people. A bot's owner sees to it.");
}
