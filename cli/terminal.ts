/** The process's own streams: lines in, lines out, secrets asked without echo. */
import { EXIT, Trouble } from "./trouble.ts";

const utf8 = new TextEncoder();

/** Whether a person looks at what is printed, and wants colours. */
export const colours = Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR");

/** Writes text and a line feed, at once and whole. A reader that has gone ends the process well. */
export function print(text: string): void {
  writeAll(Deno.stdout, text + "\n");
}

/** Tells something beside the command's result. */
export function note(text: string): void {
  writeAll(Deno.stderr, text + "\n");
}

/** `text` in bold where colours are shown. */
export function bold(text: string): string {
  return colours ? `\x1b[1m${text}\x1b[22m` : text;
}

/** `text` in grey where colours are shown. */
export function dim(text: string): string {
  return colours ? `\x1b[2m${text}\x1b[22m` : text;
}

/** Writes bytes to the end, though a pipe may take them in parts. */
export function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = utf8.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    // `| head` has enough: that is no failure of this command.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(EXIT.ok);
    throw error;
  }
}

/** The lines of standard input, without their ends. */
export async function* lines(): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of Deno.stdin.readable) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) yield line.replace(/\r$/, "");
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/** Asks for one line at a terminal. */
export function ask(question: string): string {
  const answer = prompt(question)?.trim() ?? "";
  if (answer === "") throw new Trouble("Nothing was entered.", EXIT.usage);
  return answer;
}

/** Asks for one line at a terminal that does not show it. */
export function askSecret(question: string): string {
  writeAll(Deno.stderr, `${question} `);
  Deno.stdin.setRaw(true);
  try {
    return readSecret();
  } finally {
    Deno.stdin.setRaw(false);
    note("");
  }
}

const [CTRL_C, CTRL_D, BACKSPACE, LINE_FEED, RETURN, CTRL_U, DELETE] = [3, 4, 8, 10, 13, 21, 127];

function readSecret(): string {
  const byte = new Uint8Array(1);
  let secret: number[] = [];
  while (Deno.stdin.readSync(byte) === 1) {
    const [code = 0] = byte;
    if (code === RETURN || code === LINE_FEED || code === CTRL_D) break;
    if (code === CTRL_C) throw new Trouble("Cancelled.", 130);
    if (code === CTRL_U) secret = [];
    else if (code === BACKSPACE || code === DELETE) secret = withoutLast(secret);
    else secret.push(code);
  }
  return new TextDecoder().decode(Uint8Array.from(secret));
}

/** One character may be several bytes (UTF-8). */
function withoutLast(bytes: readonly number[]): number[] {
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return [...utf8.encode([...text].slice(0, -1).join(""))];
}
