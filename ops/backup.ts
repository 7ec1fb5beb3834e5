/**
 * `deno task backup FOLDER`: a consistent copy of a server's files, while people chat.
 * Everything that was acknowledged before it began is in it.
 */
import { ConfigError, readConfig } from "@/lib/config.ts";
import { backUp, BackupError } from "@/ops/copy.ts";

const [folder] = Deno.args;
try {
  if (folder === undefined) throw new BackupError("Say where to: deno task backup FOLDER");
  const config = readConfig(Deno.env.toObject());
  const copied = await backUp(config, folder);
  console.log(`Copied ${copied.join(" and ")} to ${folder}`);
} catch (error) {
  if (!(error instanceof BackupError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
