/** Log lines that someone can act on: one line each, for a person or for a machine. */

const LEVELS = ["debug", "info", "warn", "error"] as const;
type Level = typeof LEVELS[number];

/** Facts beside a sentence. Never a secret, never a message's text. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** One method a level; `message` is a sentence that is the same each time, the rest are facts. */
export type Log = Readonly<Record<Level, (message: string, facts?: Facts) => void>>;

/** A log that writes lines of at least `level` to `write`. */
export function createLog(options: {
  format: "pretty" | "json";
  level: Level;
  write?: (line: string) => void;
}): Log {
  const write = options.write ?? ((line) => console.error(line));
  const least = LEVELS.indexOf(options.level);
  const at = (level: Level) => (message: string, facts: Facts = {}) => {
    if (LEVELS.indexOf(level) < least) return;
    const time = new Date().toISOString();
    if (options.format === "json") return write(JSON.stringify({ time, level, message, ...facts }));
    const tail = Object.entries(facts).map(([name, value]) => ` ${name}=${value}`).join("");
    write(`${time.slice(11, 23)} ${level.padEnd(5)} ${message}${tail}`);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** An unknown thrown thing as text for a log line. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
