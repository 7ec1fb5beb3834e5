/** Real processes of the terminal client, with the very permissions of its task. */
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { tempDir } from "../temp.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What became of a command. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody at a terminal: a home folder, and a server that is meant. */
export class Terminal implements AsyncDisposable {
  private constructor(
    readonly home: string,
    readonly url: string,
    private readonly folder: AsyncDisposable,
  ) {}

  /** A terminal where nobody has logged in. */
  static async open(url: string): Promise<Terminal> {
    const folder = await tempDir();
    return new Terminal(folder.path, url, folder);
  }

  /** A terminal of a guest. */
  static async guest(url: string, name: string): Promise<Terminal> {
    const terminal = await Terminal.open(url);
    const { code, stderr } = await terminal.run(["login", "--guest", name]);
    if (code !== 0) throw new Error(stderr);
    return terminal;
  }

  /** The command line that the task stands for, and its environment. */
  command(args: readonly string[]): { words: string[]; env: Record<string, string> } {
    const [, ...words] = config.tasks.cli.command
      .replaceAll("$HOME", this.home)
      .replaceAll("$XDG_CONFIG_HOME", `${this.home}/xdg`)
      .split(" ");
    return {
      words: [Deno.execPath(), ...words, ...args],
      env: { ...LOADING, HOME: this.home, PARLEY_URL: this.url, PATH: "", DENO_DIR: DENO_DIR },
    };
  }

  /** Starts a command. */
  spawn(args: readonly string[], stdin: "piped" | "null" = "null"): Deno.ChildProcess {
    const { words: [program = "", ...rest], env } = this.command(args);
    return new Deno.Command(program, {
      args: rest,
      cwd: ROOT,
      env,
      clearEnv: true,
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input?: string): Promise<Result> {
    const process = this.spawn(args, input === undefined ? "null" : "piped");
    if (input !== undefined) {
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
    }
    const { code, stdout, stderr } = await process.output();
    const text = new TextDecoder();
    return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

/** The packages that are there already: an empty home has none. */
/** How packages are loaded here, should one not be yet. */
const LOADING = Object.fromEntries(
  ["npm_config_registry", "NPM_CONFIG_REGISTRY", "SSL_CERT_FILE", "DENO_CERT", "HTTPS_PROXY"]
    .flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
);
const DENO_DIR = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
