/** A PostgreSQL of the bench's own, with its defaults: every commit is synced to disk. */

/** A database that runs. */
export interface Postgres extends AsyncDisposable {
  readonly url: string;
}

/** Starts one on CPU 0, or gives nothing where Debian's PostgreSQL is not installed. */
export async function startPostgres(): Promise<Postgres | undefined> {
  const bin = await newestVersion();
  if (bin === undefined) return;
  const dir = await Deno.makeTempDir({ prefix: "parley-bench-pg-" });
  // PostgreSQL refuses to run as root.
  const asUser = Deno.uid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  if (asUser.length > 0) await run(["chown", "postgres", dir]);
  await run([...asUser, `${bin}/initdb`, "-D", `${dir}/data`, "-A", "trust", "-U", "bench"]);
  const control = [...asUser, `${bin}/pg_ctl`, "-D", `${dir}/data`, "-w"];
  const options = `-c listen_addresses= -c unix_socket_directories=${dir}`;
  await run(["taskset", "-c", "0", ...control, "-l", `${dir}/log`, "-o", options, "start"]);
  return {
    url: `postgresql://bench@localhost/postgres?host=${encodeURIComponent(dir)}`,
    async [Symbol.asyncDispose]() {
      await run([...control, "-m", "immediate", "stop"]);
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** The folder of the newest version's programs. */
async function newestVersion(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  try {
    const versions = (await Array.fromAsync(Deno.readDir(root))).map(({ name }) => Number(name));
    return versions.length === 0 ? undefined : `${root}/${Math.max(...versions)}/bin`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
}

async function run([command = "", ...args]: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    cwd: "/",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${command} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
