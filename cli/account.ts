/** Which server is meant, and the token for it: kept in a file that only its owner can read. */
import { dirname, join } from "node:path";
import { z } from "zod";
import { EXIT, Trouble } from "./trouble.ts";

const stored = z.object({
  /** The server of the last login. */
  current: z.string(),
  /** Origin → session: a token is only ever sent to the server that gave it. */
  servers: z.record(z.string(), z.object({ name: z.string(), token: z.string() })),
});
type Stored = z.infer<typeof stored>;

/** Who acts on which server. */
export interface Account {
  /** Its origin: `https://chat.example.org`. */
  readonly url: string;
  readonly name: string;
  readonly token: string;
}

const DEFAULT_URL = "http://127.0.0.1:8000";

/** The path of the token file. */
export function accountFile(): string {
  const home = Deno.env.get("HOME") ?? "";
  return join(Deno.env.get("XDG_CONFIG_HOME") || join(home, ".config"), "parley", "accounts.json");
}

/** The server to talk to: `PARLEY_URL`, else that of the last login, else this machine's. */
export async function serverUrl(): Promise<string> {
  const given = Deno.env.get("PARLEY_URL") || (await read()).current || DEFAULT_URL;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Trouble(
      `PARLEY_URL is "${given}". Set it to an address like https://chat.example.org.`,
      EXIT.usage,
    );
  }
  return url.origin;
}

/** Who is logged in there. */
export async function currentAccount(): Promise<Account> {
  const url = await serverUrl();
  const session = (await read()).servers[url];
  if (session === undefined) {
    throw new Trouble(`You are not logged in at ${url}. Run: parley login`, EXIT.login);
  }
  return { url, ...session };
}

/** Keeps a session, and makes its server the current one. */
export async function keepAccount({ url, name, token }: Account): Promise<void> {
  const { servers } = await read();
  await write({ current: url, servers: { ...servers, [url]: { name, token } } });
}

/** Forgets the session at a server. */
export async function forgetAccount(url: string): Promise<void> {
  const { current, servers } = await read();
  const { [url]: _, ...rest } = servers;
  await write({ current, servers: rest });
}

async function read(): Promise<Stored> {
  try {
    return stored.parse(JSON.parse(await Deno.readTextFile(accountFile())));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { current: "", servers: {} };
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    throw new Trouble(`${accountFile()} is damaged. Remove it and run: parley login`, EXIT.login);
  }
}

/** Written beside and moved over: a full disk leaves the old file, and no moment has a wrong mode. */
async function write(accounts: Stored): Promise<void> {
  const path = accountFile();
  await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${Deno.pid}`;
  await Deno.writeTextFile(draft, JSON.stringify(accounts, null, 2) + "\n", { mode: 0o600 });
  await Deno.rename(draft, path);
}
