/** Completion scripts for shells, made from the table of commands. */
import type { Command } from "commander";

/** Shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One command as completions need it. */
interface Entry {
  readonly name: string;
  readonly about: string;
  readonly options: readonly { readonly flag: string; readonly about: string }[];
  readonly choices: readonly string[];
}

/** The script for `shell`, which is one of {@link SHELLS}. */
export function completions(program: Command, shell: string): string {
  const entries = program.commands.map(entry);
  if (shell === "bash") return bash(entries);
  return shell === "zsh" ? zsh(entries) : fish(entries);
}

function entry(command: Command): Entry {
  return {
    name: command.name(),
    about: command.description(),
    options: [
      ...command.options.map(({ long, description }) => ({ flag: long ?? "", about: description })),
      { flag: "--help", about: "display help for command" },
    ],
    choices: [...command.options, ...command.registeredArguments]
      .flatMap(({ argChoices }) => argChoices ?? []),
  };
}

function words({ options, choices }: Entry): string {
  return [...options.map(({ flag }) => flag), ...choices].join(" ");
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map((each) => `    ${each.name}) words="${words(each)}" ;;`);
  return `# eval "$(parley completions bash)"
_parley() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) words="" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${entries.map(({ name }) => name).join(" ")} --help"; fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _parley parley`;
}

function zsh(entries: readonly Entry[]): string {
  const commands = entries.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}`);
  const cases = entries.map((each) => `    ${each.name}) compadd -- ${words(each)} ;;`);
  return `# eval "$(parley completions zsh)"
_parley() {
  local -a commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case "\${words[2]}" in
${cases.join("\n")}
  esac
}
compdef _parley parley`;
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ name, about, options, choices }) => [
    `complete -c parley -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
    ...options.map((option) =>
      `complete -c parley -n '__fish_seen_subcommand_from ${name}' ` +
      `-l ${option.flag.slice(2)} -d ${quoted(option.about)}`
    ),
    ...(choices.length === 0 ? [] : [
      `complete -c parley -n '__fish_seen_subcommand_from ${name}' -a ${quoted(choices.join(" "))}`,
    ]),
  ]);
  return ["# parley completions fish | source", "complete -c parley -f", ...lines].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
