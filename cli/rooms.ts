/** `parley rooms`: where one can talk, and what waits there. */
import { currentAccount } from "./account.ts";
import { Api, type ListedRoom } from "./api.ts";
import { safeJson, safeLine } from "./safe_text.ts";
import { bold, dim, note, print } from "./terminal.ts";

/** Prints one room a line. */
export async function rooms({ json }: { readonly json?: true }): Promise<void> {
  const { url, token } = await currentAccount();
  const found = await new Api(url, token).rooms();
  if (json) { for (const room of found) print(safeJson(room)); }
  else if (found.length === 0) note("There is no room yet. Talk to somebody: parley join @NAME");
  else for (const room of found) print(line(room));
}

function line({ id, kind, name, topic, unread, mentions, onlineCount }: ListedRoom): string {
  const waits = unread === 0 ? "" : ` ${bold(`${unread} unread`)}`;
  const named = mentions === 0 ? "" : ` ${bold(`${mentions} for you`)}`;
  const about = topic ? dim(`  ${safeLine(topic)}`) : "";
  const sign = kind === "direct" ? "@" : "#";
  return `${String(id).padStart(5)}  ${sign}${safeLine(name)}${waits}${named}  ` +
    dim(`${onlineCount} online`) + about;
}
