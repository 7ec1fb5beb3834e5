/** Fresh's builder: `dev.ts build` writes `_fresh/`, `dev.ts` alone serves and rebuilds. */
import { Builder } from "fresh/dev";
import config from "@/fresh.config.ts";

const builder = new Builder(config);
if (Deno.args.includes("build")) await builder.build();
else await builder.listen(() => import("./main.ts"), { hostname: "127.0.0.1" });
