/** How Fresh builds the app: the options of its `Builder`, used by `dev.ts`. */
import type { BuildOptions } from "fresh/dev";

/** Folders as Fresh has them by default, said once. */
const config: BuildOptions = {
  serverEntry: "./main.ts",
  routeDir: "./routes",
  islandDir: "./islands",
  staticDir: "./static",
  outDir: "./_fresh",
};
export default config;
