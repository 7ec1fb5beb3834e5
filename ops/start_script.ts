/** The script that starts a bundle. */

/** A task of `deno.json`. */
export interface Task {
  readonly command: string;
}

/** A POSIX shell script that runs these tasks by the bundle's own Deno, from its own cache. */
export function startScript(tasks: readonly (readonly [string, Task | undefined])[]): string {
  const cases = tasks.map(([name, task]) => {
    const [, flags, program] = /^deno run (.*) (\S+\.ts)$/.exec(task?.command ?? "") ?? [];
    if (flags === undefined) throw new Error(`${name} is no task that runs a program`);
    return `  ${name}) run ${flags} "$here/app/${program}" "$@" ;;`;
  });
  return `#!/bin/sh
# Parley, from this folder alone: nothing is loaded from a network.
#   ./parley                  serves; settings are environment variables, data is in DATA_DIR
#   ./parley backup FOLDER    copies a running server's data
#   ./parley restore FOLDER   puts a backup into an empty DATA_DIR
here=$(dirname -- "$(readlink -f -- "$0")")
export DENO_DIR="$here/cache" DENO_NO_UPDATE_CHECK=1
run() {
  exec "$here/bin/deno" run --cached-only --unstable-npm-lazy-caching \\
    --config "$here/app/deno.json" "$@"
}
task=\${1:-start}
[ $# -gt 0 ] && shift
case $task in
${cases.join("\n")}
  *) echo "usage: parley [${tasks.map(([name]) => name).join(" | ")}]" >&2; exit 2 ;;
esac
`;
}
