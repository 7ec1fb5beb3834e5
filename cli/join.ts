/** `parley join`: a room on the whole screen. */
import { emitKeypressEvents } from "node:readline";
import process from "node:process";
import type { RoomClient } from "@/lib/client/room_client.ts";
import { logHeight, logRows, picture, type Place, type Scene, scrolled } from "./chat_view.ts";
import { chord, edited, EMPTY, insert, type Key, type Line } from "./line_editor.ts";
import { openRoom, problemTrouble } from "./open_room.ts";
import { safeLine } from "./safe_text.ts";
import { Screen } from "./screen.ts";
import { colours } from "./terminal.ts";
import { EXIT, Trouble } from "./trouble.ts";

/** Shows the room until its user leaves it, or it is gone. */
export async function join(meant: string): Promise<void> {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new Trouble(
      "join needs a terminal. In a script use: parley tail, parley send",
      EXIT.usage,
    );
  }
  const { connect } = await openRoom(meant);
  const client = connect();
  try {
    using screen = new Screen();
    await new Chat(client, screen).run();
  } finally {
    client.close();
  }
}

/** So many messages are held while the newest are looked at. */
const KEEP = 500;
/** What a terminal puts around a paste (xterm, bracketed paste mode). */
const PASTE = { start: "\x1b[200", end: "\x1b[201" };

class Chat {
  #line: Line = EMPTY;
  #place: Place = null;
  #notice = "";
  #unreadAfter = 0;
  #epoch = "";
  #focused = true;
  #pasting = false;
  #markEnds = false;
  #drawn = false;
  readonly #end = Promise.withResolvers<void>();

  constructor(private readonly client: RoomClient, private readonly screen: Screen) {}

  async run(): Promise<void> {
    const { stdin } = process;
    const resized = () => {
      this.screen.clear();
      this.#draw();
    };
    const ended = () => Deno.exit(143);
    const onKey = (text: string | undefined, key: Key) => this.#pressed(text ?? "", key);
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on("keypress", onKey);
    Deno.addSignalListener("SIGWINCH", resized);
    Deno.addSignalListener("SIGTERM", ended);
    Deno.addSignalListener("SIGHUP", ended);
    const unsubscribe = this.client.subscribe(() => this.#changed());
    try {
      this.#changed();
      await this.#end.promise;
      await this.client.leave();
    } finally {
      unsubscribe();
      stdin.off("keypress", onKey);
      stdin.setRawMode(false);
      stdin.pause();
      Deno.removeSignalListener("SIGWINCH", resized);
      Deno.removeSignalListener("SIGTERM", ended);
      Deno.removeSignalListener("SIGHUP", ended);
    }
  }

  get #scene(): Scene {
    return {
      state: this.client.state,
      line: this.#line,
      place: this.#place,
      unreadAfter: this.#unreadAfter,
      notice: this.#notice,
    };
  }

  #changed(): void {
    const { problem, epoch, readSeq } = this.client.state;
    if (problem !== null) return this.#end.reject(problemTrouble(problem));
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#unreadAfter = readSeq;
    }
    this.#draw();
  }

  /** Draws soon: what comes together is drawn once. */
  #draw(): void {
    if (this.#drawn) return;
    this.#drawn = true;
    setTimeout(() => {
      this.#drawn = false;
      if (this.client.state.link === "closed") return;
      this.screen.show(picture(this.#scene, this.screen.size, colours));
      this.#seen();
    }, 0);
  }

  #seen(): void {
    const { link, cursor, messages } = this.client.state;
    if (link !== "online" || this.#place !== null || !this.#focused) return;
    this.client.read(cursor);
    if (messages.length > 2 * KEEP) this.client.trim(KEEP);
  }

  #pressed(text: string, key: Key): void {
    if (this.#marksPaste(key)) return;
    const command = this.#pasting ? undefined : KEYS[chord(key)];
    const warned = this.#notice !== "";
    this.#notice = "";
    if (this.#pasting) this.#type(text.replaceAll("\r", "\n"));
    else if (command !== undefined) command.call(this, warned);
    else if (key.sequence === "\x1b[I" || key.sequence === "\x1b[O") {
      this.#focused = key.sequence === "\x1b[I";
    } else {
      const line = edited(this.#line, key);
      if (line !== null) this.#line = line;
      else if (!key.ctrl && !key.meta) this.#type(text);
    }
    this.#draw();
  }

  /** Whether a key is the start or end of a paste. Deno's readline parts `~` from the sequence. */
  #marksPaste({ sequence = "" }: Key): boolean {
    const part = this.#markEnds && sequence === "~";
    this.#markEnds = sequence === PASTE.start || sequence === PASTE.end;
    if (part) return true;
    if (!sequence.startsWith(PASTE.start) && !sequence.startsWith(PASTE.end)) return false;
    this.#pasting = sequence.startsWith(PASTE.start);
    return true;
  }

  #type(text: string): void {
    // What is no character of a text is the rest of a key that nobody asked for.
    const plain = text.includes("\x1b") ? "" : text.replace(/[^\P{Cc}\n]/gu, "");
    if (plain === "") return;
    this.#line = insert(this.#line, plain);
    this.client.typing();
  }

  send(): void {
    const text = this.#line.before + this.#line.after;
    if (text.trim() === "") return;
    this.#line = EMPTY;
    this.#place = null;
    this.#unreadAfter = 0;
    this.client.send(text);
  }

  scroll(by: (height: number) => number): void {
    const { size } = this.screen;
    const height = logHeight(size);
    const rows = logRows(this.#scene, size);
    this.#place = scrolled(rows, this.#place, by(height), height);
    const top = rows.findLastIndex(({ seq }) => seq <= (this.#place?.seq ?? Infinity)) - height;
    if (by(height) < 0 && top <= height) this.client.loadOlder();
  }

  newest(): void {
    this.#place = null;
  }

  redraw(): void {
    this.screen.clear();
  }

  failed(act: (txnId: string) => void): void {
    for (const { status, txnId } of this.client.state.pending) if (status === "failed") act(txnId);
  }

  retry(): void {
    this.failed((txnId) => this.client.retry(txnId));
  }

  discard(): void {
    this.failed((txnId) => this.client.discard(txnId));
  }

  /** Asks once more while something is unsent: it would be lost. */
  leave(warned: boolean): void {
    const waiting = this.client.state.pending.filter(({ status }) => status !== "sent");
    if (waiting.length === 0 || warned) return this.#end.resolve();
    const [first] = waiting;
    this.#notice = `Not sent yet: "${safeLine(first?.text ?? "").slice(0, 30)}". ` +
      "Ctrl-C again leaves and loses it.";
  }

  endOfInput(warned: boolean): void {
    if (this.#line.before + this.#line.after === "") this.leave(warned);
  }
}

/** Keys that do something other than editing the line. */
const KEYS: Readonly<Record<string, (this: Chat, warned: boolean) => void>> = {
  return() {
    this.send();
  },
  "C-c"(warned) {
    this.leave(warned);
  },
  "C-d"(warned) {
    this.endOfInput(warned);
  },
  "C-l"() {
    this.redraw();
  },
  "C-r"() {
    this.retry();
  },
  "C-x"() {
    this.discard();
  },
  pageup() {
    this.scroll((height) => -height + 1);
  },
  pagedown() {
    this.scroll((height) => height - 1);
  },
  up() {
    this.scroll(() => -1);
  },
  down() {
    this.scroll(() => 1);
  },
  "C-end"() {
    this.newest();
  },
  "M-escape"() {
    this.newest();
  },
};
