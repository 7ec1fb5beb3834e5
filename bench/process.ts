/** What Linux tells of a process. */

/** Clock ticks a second, in which `/proc` counts CPU time: the same on every Linux. */
const TICKS = 100;

/** Memory of a process, in KiB. */
export interface Memory {
  /** All that is resident. */
  readonly rss: number;
  /** The same, with pages that others share counted in part. */
  readonly pss: number;
}

/** Finds the process that listens on a port of this machine. */
export async function listenerOn(port: number): Promise<number> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const inode = (await Deno.readTextFile("/proc/net/tcp")).split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, , state]) => local?.endsWith(wanted) && state === "0A")?.[9];
  for await (const { name } of Deno.readDir("/proc")) {
    if (/^\d+$/.test(name) && await holds(name, `socket:[${inode}]`)) return Number(name);
  }
  throw new Error(`nobody listens on port ${port}`);
}

async function holds(pid: string, file: string): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
      if (await Deno.readLink(`/proc/${pid}/fd/${name}`) === file) return true;
    }
  } catch (error) {
    // Processes end, and files are closed, while they are looked at; some are others' own.
    const { NotFound, PermissionDenied } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof PermissionDenied)) throw error;
  }
  return false;
}

/** What a process holds now. */
export async function memoryOf(pid: number): Promise<Memory> {
  const rollup = await Deno.readTextFile(`/proc/${pid}/smaps_rollup`);
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(rollup)?.[1]);
  return { rss: field("Rss"), pss: field("Pss") };
}

/** CPU time of a process and its threads so far, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  // The name, in brackets, may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
