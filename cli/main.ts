/** The terminal client: runs what the command line says, and ends with a documented exit code. */
import { CommanderError } from "commander";
import { program } from "./program.ts";
import { safeText } from "./safe_text.ts";
import { note } from "./terminal.ts";
import { EXIT, Trouble } from "./trouble.ts";

Deno.exit(await run(Deno.args));

async function run(args: readonly string[]): Promise<number> {
  // The exit code of a process that an interrupt ended (POSIX: 128 + SIGINT).
  Deno.addSignalListener("SIGINT", () => Deno.exit(130));
  try {
    await program().parseAsync(args, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    // Commander has told what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (!(error instanceof Trouble)) throw error;
    // It may quote what a server said.
    note(safeText(error.message));
    return error.exitCode;
  }
}
