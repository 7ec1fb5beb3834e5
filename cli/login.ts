/** `parley login` and `parley logout`. */
import { accountFile, currentAccount, forgetAccount, keepAccount, serverUrl } from "./account.ts";
import { Api } from "./api.ts";
import { safeLine } from "./safe_text.ts";
import { ask, askSecret, lines, note } from "./terminal.ts";
import { EXIT, Trouble } from "./trouble.ts";

/** How somebody logs in: as a guest, with a token from standard input, or by name and password. */
export interface LoginOptions {
  readonly guest?: string;
  readonly token?: true;
}

/** Gets a session and keeps its token. */
export async function login({ guest, token }: LoginOptions): Promise<void> {
  if (guest !== undefined && token) {
    throw new Trouble("Give either --guest or --token, not both.", EXIT.usage);
  }
  const url = await serverUrl();
  const session = token
    ? await byToken(url)
    : guest === undefined
    ? await byPassword(url)
    : await new Api(url).guest(guest);
  await keepAccount({ url, name: session.user.name, token: session.token });
  note(`You are ${safeLine(session.user.name)} at ${url}. The token is in ${accountFile()}.`);
}

/** Ends the session, also at the server. */
export async function logout(): Promise<void> {
  const { url, token } = await currentAccount();
  try {
    await new Api(url, token).logout();
  } catch (error) {
    // A session that the server has ended already is what was asked for.
    if (!(error instanceof Trouble) || error.exitCode !== EXIT.login) throw error;
  }
  await forgetAccount(url);
  note(`You are logged out at ${url}.`);
}

async function byToken(url: string) {
  const token = Deno.stdin.isTerminal() ? askSecret("Token:") : (await firstLines(1))[0] ?? "";
  // A token is sent as a header: what cannot be one is told apart from one that is not valid.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Trouble("That is no token.", EXIT.usage);
  return { token, user: await new Api(url, token).self() };
}

async function byPassword(url: string) {
  if (Deno.stdin.isTerminal()) {
    note(`Logging in at ${url}`);
    return await new Api(url).login(ask("Name:"), askSecret("Password:"));
  }
  const [name, password] = await firstLines(2);
  if (name === undefined || password === undefined) {
    throw new Trouble("Give the name and the password on a line each.", EXIT.usage);
  }
  return await new Api(url).login(name, password);
}

async function firstLines(count: number): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines()) {
    found.push(line);
    if (found.length === count) break;
  }
  return found;
}
