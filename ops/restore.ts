/** `deno task restore FOLDER`: puts a backup where a server finds it. The server must not run. */
import { ConfigError, readConfig } from "@/lib/config.ts";
import { StartError } from "@/lib/data_dir.ts";
import { BackupError, restore } from "@/ops/copy.ts";

const [folder] = Deno.args;
try {
  if (folder === undefined) throw new BackupError("Say from where: deno task restore FOLDER");
  const { dataDir } = readConfig(Deno.env.toObject());
  const restored = await restore(folder, dataDir);
  console.log(`Restored ${restored.join(" and ")} to ${dataDir}`);
} catch (error) {
  const known = [BackupError, ConfigError, StartError].some((kind) => error instanceof kind);
  if (!known) throw error;
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
