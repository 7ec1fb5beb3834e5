/** A page: its HTML, and what brings its islands to life. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { withNonce } from "./elements.ts";
import { collectHead } from "./head.ts";
import { collectIslands, type UsedIsland } from "./islands.ts";
import type { Snapshot } from "./snapshot.ts";

/** The document of an element, and a `Link` header that preloads its scripts ("" for none). */
export function renderPage(
  root: VNode,
  snapshot: Snapshot | undefined,
  nonce: string | undefined,
): { html: string; link: string } {
  const { result: { result, head }, islands } = withNonce(
    nonce,
    () => collectIslands(() => collectHead(() => renderToString(root))),
  );
  const body = result.startsWith("<html")
    ? result
    : `<html><head><meta charset="utf-8"/></head><body>${result}</body></html>`;
  const headed = withNonce(nonce, () => addHead(body, head));
  if (islands.length === 0 || snapshot === undefined) {
    return { html: `<!DOCTYPE html>${headed}`, link: "" };
  }
  const html = insertBefore(headed, "</body>", boot(islands, snapshot, nonce));
  const urls = new Set([snapshot.runtime, ...islands.map(({ url }) => url), ...snapshot.chunks]);
  const link = [...urls].map((url) => `<${url}>; rel="modulepreload"; as="script"`).join(", ");
  return { html: `<!DOCTYPE html>${html}`, link };
}

/** Adds elements to the head; of several titles the last one counts. */
function addHead(html: string, elements: readonly VNode[]): string {
  const title = elements.findLast(({ type }) => type === "title");
  const others = elements.filter(({ type }) => type !== "title").map((each) =>
    renderToString(each)
  );
  const added = insertBefore(html, "</head>", others.join(""));
  if (title === undefined) return added;
  const start = added.indexOf("<title>");
  const end = added.indexOf("</title>", start);
  const text = renderToString(title);
  if (start === -1 || end === -1) return insertBefore(added, "</head>", text);
  return added.slice(0, start) + text + added.slice(end + "</title>".length);
}

/** The scripts that start the islands: their props as data, and the module that hydrates them. */
function boot(islands: readonly UsedIsland[], snapshot: Snapshot, nonce?: string): string {
  const urls = [...new Set(islands.map(({ url }) => url))];
  const imports = urls.map((url, index) => `import * as m${index} from ${JSON.stringify(url)};`);
  const list = islands.map(({ url, exportName }) =>
    `m${urls.indexOf(url)}[${JSON.stringify(exportName)}]`
  );
  const props = islands.map((island) => island.props).join(",");
  const attribute = nonce === undefined ? "" : ` nonce="${nonce}"`;
  return `<script type="application/json" id="frsh-props"${attribute}>[${props}]</script>` +
    `<script type="module"${attribute}>` +
    `import { boot } from ${JSON.stringify(snapshot.runtime)};${imports.join("")}` +
    `boot(${JSON.stringify(snapshot.buildId)},[${list.join(",")}]);</script>`;
}

function insertBefore(html: string, mark: string, added: string): string {
  const at = html.lastIndexOf(mark);
  return at === -1 ? html + added : html.slice(0, at) + added + html.slice(at);
}
