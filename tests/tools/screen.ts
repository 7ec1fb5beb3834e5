/**
 * A terminal that nobody looks at: screen.ts ROWS COLUMNS COMMAND...
 *
 * Standard input as `on_pty.py` has it. After each change standard output gets one line of JSON:
 * `{rows, cursor: [row, column], alternate}`; `alternate` is the screen of full-screen programs.
 */
import { fileURLToPath } from "node:url";
import xterm from "@xterm/headless";

const [rows = "24", columns = "80", ...command] = Deno.args;
const terminal = new xterm.Terminal({
  rows: Number(rows),
  cols: Number(columns),
  allowProposedApi: true,
});
const pty = new Deno.Command("python3", {
  args: [fileURLToPath(new URL("on_pty.py", import.meta.url)), rows, columns, ...command],
  stdin: "piped",
  stdout: "piped",
}).spawn();

const typing = passOn();
for await (const bytes of pty.stdout) terminal.write(bytes, report);
const { code } = await pty.status;
await new Promise<void>((resolve) => terminal.write("", resolve));
report();
void typing;
Deno.exit(code);

async function passOn(): Promise<void> {
  const writer = pty.stdin.getWriter();
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const value: string | [number, number] = JSON.parse(line);
      if (typeof value !== "string") terminal.resize(value[1], value[0]);
      await writer.write(new TextEncoder().encode(line + "\n"));
    }
  }
}

function report(): void {
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: terminal.rows },
    (_, i) => active.getLine(active.baseY + i)?.translateToString(true) ?? "",
  );
  const screen = {
    rows: lines,
    cursor: [active.cursorY, active.cursorX],
    alternate: active.type === "alternate",
  };
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(screen) + "\n"));
}
