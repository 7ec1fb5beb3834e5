/** The terminal as a screen: the other buffer, rows that changed, and all of it undone at the end. */
import type { Picture, Size } from "./chat_view.ts";
import { writeAll } from "./terminal.ts";

/** xterm's private modes: other screen, pastes marked, focus told. */
const ON = "\x1b[?1049h\x1b[?2004h\x1b[?1004h";
const OFF = "\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l";
/** Terminals that know it show what is between the two at once; others ignore it. */
const [BEGIN, END] = ["\x1b[?2026h\x1b[?25l", "\x1b[?25h\x1b[?2026l"];

/** See the file's first line. */
export class Screen implements Disposable {
  #shown: readonly string[] = [];
  #open = true;
  readonly #undo = () => this[Symbol.dispose]();

  constructor() {
    // However the process ends, the terminal is left as it was.
    addEventListener("unload", this.#undo);
    writeAll(Deno.stdout, ON);
  }

  /** Rows and columns as they are now. */
  get size(): Size {
    return Deno.consoleSize();
  }

  /** Writes the rows that differ from those shown, in one piece. */
  show({ rows, cursor }: Picture): void {
    const changed = rows.map((row, i) =>
      row === this.#shown[i] ? "" : `\x1b[${i + 1};1H\x1b[0m\x1b[2K${row}`
    );
    this.#shown = rows;
    const place = `\x1b[${cursor.row + 1};${cursor.column + 1}H`;
    writeAll(Deno.stdout, BEGIN + changed.join("") + place + END);
  }

  /** Forgets what is shown: the size changed, or something else wrote on the screen. */
  clear(): void {
    this.#shown = [];
    writeAll(Deno.stdout, "\x1b[2J");
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    removeEventListener("unload", this.#undo);
    writeAll(Deno.stdout, OFF);
  }
}
