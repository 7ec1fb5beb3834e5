/** Opens the database that a URL names. */
import type { Database, DatabaseOptions } from "./database.ts";

/**
 * Opens a database. A server over the network need not be there yet: what is asked meanwhile is
 * rejected, and once it is there it works.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  // Each loads only what it needs: the file's driver is native code, which a remote one must not
  // depend on (Deno Deploy has none).
  const { open } = options.url.startsWith("file:")
    ? await import("./file_database.ts")
    : await import("./remote_database.ts");
  return open(options);
}
