/** What a person at a real terminal of a given size sees of a command. */
import { fileURLToPath } from "node:url";
import type { Terminal } from "./terminal.ts";

const PROGRAM = fileURLToPath(new URL("../tools/screen.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What stands on the screen. */
export interface Shown {
  readonly rows: readonly string[];
  readonly cursor: readonly [row: number, column: number];
  /** The screen of full-screen programs, not that of the shell. */
  readonly alternate: boolean;
}

/** A command on a screen. */
export class Screen implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";
  #shown: Shown = { rows: [], cursor: [0, 0], alternate: false };

  constructor(terminal: Terminal, args: readonly string[], [rows, columns] = [24, 80]) {
    const { words, env } = terminal.command(args);
    const variables = Object.entries({ ...env, TERM: "xterm-256color" });
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", PROGRAM, String(rows), String(columns)].concat(
        "/usr/bin/env",
        "-i",
        variables.map(([name, value]) => `${name}=${value}`),
        words,
      ),
      cwd: ROOT,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
    this.#reader = this.#process.stdout.pipeThrough(decoder).getReader();
  }

  /** Types keys: `\r` is Enter. */
  async type(keys: string): Promise<void> {
    await this.#write(keys);
  }

  /** Gives the window another size. */
  async resize(rows: number, columns: number): Promise<void> {
    await this.#write([rows, columns]);
  }

  /** The first screen that fits. @throws {Error} with the last one, when none comes in 20 s */
  async until(fits: (text: string, shown: Shown) => boolean): Promise<Shown> {
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), 20_000);
    try {
      while (!fits(this.#shown.rows.join("\n"), this.#shown)) {
        const { value, done } = await this.#reader.read();
        if (done) throw new Error(`waited in vain:\n${this.#shown.rows.join("\n")}`);
        const lines = (this.#rest + value).split("\n");
        this.#rest = lines.pop() ?? "";
        const last = lines.at(-1);
        if (last !== undefined) this.#shown = JSON.parse(last);
      }
      return this.#shown;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits for the command's end, and gives its exit code. */
  async end(): Promise<number> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) break;
      const last = (this.#rest + value).split("\n").at(-2);
      if (last !== undefined) this.#shown = JSON.parse(last);
      this.#rest = value.split("\n").at(-1) ?? "";
    }
    return (await this.#process.status).code;
  }

  /** The last screen that was looked at. */
  get shown(): Shown {
    return this.#shown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#reader.cancel();
    await this.#writer.abort().catch(() => {});
    await this.#process.status;
  }

  async #write(value: unknown): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
  }
}
