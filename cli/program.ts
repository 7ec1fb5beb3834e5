/** The one table of commands: parsing, `--help` and the shells' completions are made from it. */
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { completions, SHELLS } from "./completions.ts";
import { exportRoom, FORMATS } from "./export.ts";
import { history } from "./history.ts";
import { join } from "./join.ts";
import { login, logout } from "./login.ts";
import { rooms } from "./rooms.ts";
import { send } from "./send.ts";
import { tail } from "./tail.ts";
import { print } from "./terminal.ts";

const ROOM = "a room's number, a group's name, or @PERSON";
const JSON_FLAG = ["--json", "one JSON object a line"] as const;

/** All commands. */
export function program(): Command {
  const parley = new Command("parley")
    .description("Team chat in a terminal.")
    // Settings are inherited by commands that are made after them.
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("For the command's options add --help.")
    .addHelpText(
      "after",
      `
PARLEY_URL names the server; without it that of the last login is meant.
Exit codes: 0 done, 1 refused, 2 usage, 3 not logged in, 4 not reached or not
acknowledged in time, 5 no such room, 130 interrupted.`,
    );

  parley.command("login")
    .description("Log in with name and password, which are asked for")
    .option("--guest <name>", "take a name, without an account")
    .option("--token", "with a token that is asked for, or read from standard input")
    .action(login);
  parley.command("logout").description("End the session and forget its token").action(logout);
  parley.command("rooms")
    .description("List rooms, and what waits there")
    .option(...JSON_FLAG)
    .action(rooms);
  parley.command("join")
    .description("Chat in a room, on the whole screen")
    .argument("<room>", ROOM)
    .addHelpText(
      "after",
      `
Enter sends, Alt-Enter or Ctrl-J begins a new line, Page Up and the arrows scroll,
Escape shows the newest, Ctrl-R sends again what failed, Ctrl-X throws it away,
Ctrl-L draws anew, Ctrl-C leaves.`,
    )
    .action((room: string) => join(room));
  parley.command("send")
    .description("Send messages; done when the server has them on disk")
    .argument("<room>", ROOM)
    .argument("[text...]", "without it, each line of standard input is a message")
    .option("--one", "all of standard input is one message")
    .option("--id <id>", "the message's own id: sent again with it, it is still one message")
    .option("--timeout <seconds>", "give up after so long without an answer", atLeast(1), 60)
    .action(send);
  parley.command("tail")
    .description("Print messages as they come, through lost connections and restarts")
    .argument("<room>", ROOM)
    .option("-n, --lines <count>", "begin with so many that are there", atLeast(0), 10)
    .option("--after <seq>", "begin after this one, where an earlier tail stopped", atLeast(0))
    .option(...JSON_FLAG)
    .action(tail);
  parley.command("history")
    .description("Print what was said last, oldest first")
    .argument("<room>", ROOM)
    .option("-n, --limit <count>", "how many messages", atLeast(1), 50)
    .option("--before <seq>", "older than this one", atLeast(1))
    .option(...JSON_FLAG)
    .action(history);
  parley.command("export")
    .description("Write a room's whole history to standard output")
    .argument("<room>", ROOM)
    .addOption(
      new Option("--format <format>", "the document").choices(Object.keys(FORMATS)).default("json"),
    )
    .action(exportRoom);
  parley.command("completions")
    .description("Print a script that completes commands in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(SHELLS))
    .action((shell: string) => print(completions(parley, shell)));
  return parley;
}

/** Reads a whole number, as options' values are. */
function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`It is a whole number, ${least} or more.`);
  };
}
