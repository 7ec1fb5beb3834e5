/** A program of the shell between a test and a port: what goes in, and all that came out. */
import { until } from "../temp.ts";
import type { Frame } from "../wire.ts";

/** A running program; its input is a keyboard, its output a screen. */
export class Pipe implements AsyncDisposable {
  /** All that it has printed. */
  text = "";
  readonly #process: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #read: Promise<void>;
  #answered = 0;

  constructor([program = "", ...args]: readonly string[]) {
    const options = { args, stdin: "piped", stdout: "piped" } as const;
    this.#process = new Deno.Command(program, options).spawn();
    this.#keyboard = this.#process.stdin.getWriter();
    this.#read = this.#collect();
  }

  /** Types text just as it is, in one piece. */
  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  /** Types frames, a line each. */
  async send(...frames: Frame[]): Promise<void> {
    await this.type(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(""));
  }

  /** The next line of a type that no earlier call has passed by. */
  async next(type: string): Promise<Frame> {
    for (;;) {
      await until(() => this.frames.length > this.#answered);
      const frame = this.frames[this.#answered++];
      if (frame?.type === type) return frame;
      if (frame?.type === "error") throw new Error(`instead of ${type}: ${JSON.stringify(frame)}`);
    }
  }

  /** All whole lines so far. */
  get frames(): Frame[] {
    return this.text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Says that nothing more will be typed, and waits for the program's own end: its exit code. */
  async end(): Promise<number> {
    await this.#keyboard.close();
    await this.#read;
    return (await this.#process.status).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#keyboard.abort().catch(() => {});
    await this.#read;
    await this.#process.status;
  }

  async #collect(): Promise<void> {
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.text += text;
    }
  }
}

/** Whether a program says the given word of itself. */
export async function is(program: string, flag: string, word: string): Promise<boolean> {
  try {
    const { stdout, stderr } = await new Deno.Command(program, { args: [flag] }).output();
    return [stdout, stderr].some((bytes) => new TextDecoder().decode(bytes).includes(word));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
