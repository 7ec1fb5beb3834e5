/** Writes a TypeScript client for an OpenAPI document. */
// The generator takes any newer TypeScript for its own, but works with this one.
import "typescript";
import { createClient } from "@hey-api/openapi-ts";

const [input, path] = Deno.args;
if (input === undefined || path === undefined) {
  throw new Error("generate_client.ts DOCUMENT FOLDER");
}
await createClient({
  input,
  output: { path, importFileExtension: ".ts" },
  logs: { level: "silent" },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});
