/** Islands on the server: what of a page comes alive in the browser, and with which props. */
import { createContext, Fragment, h, type VNode } from "preact";
import { useContext } from "preact/hooks";
import { serialize } from "./props.ts";
import type { Snapshot } from "./snapshot.ts";

/** An island that a page uses. */
export interface UsedIsland {
  /** URL of the bundle that exports it. */
  readonly url: string;
  readonly exportName: string;
  /** Its props, as text for the browser. */
  readonly props: string;
}

interface Known {
  readonly url: string;
  readonly exportName: string;
}

interface BoundaryProps {
  readonly island: Known;
  readonly props: Record<string, unknown>;
  readonly component: () => VNode;
}

const known = new WeakMap<object, Known>();
const Inside = createContext(false);
/** Islands of the page that is being rendered; null outside of a render. */
let used: UsedIsland[] | null = null;

/** Learns which components are islands: every function that a module of `islands/` exports. */
export function registerIslands({ islands }: Snapshot): void {
  for (const { url, module } of islands) {
    for (const [exportName, component] of Object.entries(module)) {
      if (typeof component === "function") known.set(component, { url, exportName });
    }
  }
}

/** Runs a render and gives the islands that it met, in document order. */
export function collectIslands<Result>(
  render: () => Result,
): { result: Result; islands: UsedIsland[] } {
  const islands: UsedIsland[] = used = [];
  try {
    return { result: render(), islands };
  } finally {
    used = null;
  }
}

/** Puts a boundary around an element that is an island; leaves every other one as it is. */
export function encloseIsland(vnode: VNode<Record<string, unknown>>): void {
  const { type, props } = vnode;
  const island = typeof type === "function" ? known.get(type) : undefined;
  if (island === undefined) return;
  const render = type as (props: unknown) => VNode;
  // The boundary renders it through a component of its own, which is no island.
  const boundary: BoundaryProps = { island, props, component: () => render(props) };
  Object.assign(vnode, { type: Boundary, props: boundary });
}

function Boundary({ component, island, props }: BoundaryProps) {
  const content = h(component, null);
  // An island inside of another one comes alive with it.
  if (useContext(Inside) || used === null) return content;
  const index = used.push({ ...island, props: serialize(props, nameOf(island)) }) - 1;
  return h(Inside.Provider, { value: true }, comment(`frsh:${index}`), content, comment("/frsh"));
}

/** What an island is called in errors: what it exports, or for a default export its file. */
function nameOf({ url, exportName }: Known): string {
  return exportName === "default" ? /(?<=\/|^)([^/]+)\.js$/.exec(url)?.[1] ?? url : exportName;
}

function comment(text: string): VNode {
  return h(Fragment, { UNSTABLE_comment: text } as Record<string, unknown>);
}
