/** `GET /healthz`: the process is alive. */
import { define } from "@/define.ts";

export const handler = define.handlers({
  GET: () => new Response("ok\n"),
});
