/** Islands on the server: what of a page comes alive in the browser, and with which props. */
import { createContext, Fragment, h, options, type VNode } from "preact";
import { useContext } from "preact/hooks";
import { asset } from "./build_id.ts";
import type { Snapshot } from "./snapshot.ts";

/** An island that a page uses. */
export interface UsedIsland {
  /** URL of the bundle that exports it. */
  readonly url: string;
  readonly exportName: string;
  readonly props: Record<string, unknown>;
}

interface Known {
  readonly url: string;
  readonly exportName: string;
}

interface BoundaryProps extends UsedIsland {
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
  options.vnode = chain(options.vnode);
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

/** Preact calls this for every element that is made: an island gets a boundary around it. */
function chain(before: typeof options.vnode): typeof options.vnode {
  return (vnode) => {
    const island = typeof vnode.type === "function" ? known.get(vnode.type) : undefined;
    if (island !== undefined) enclose(vnode, island);
    else if (vnode.type === "img" || vnode.type === "source") lock(vnode);
    before?.(vnode);
  };
}

function enclose(vnode: VNode, island: Known): void {
  const { type, props } = vnode as VNode<Record<string, unknown>>;
  const render = type as (props: unknown) => VNode;
  // The boundary renders it through a component of its own, which is no island.
  const boundary: BoundaryProps = { ...island, props, component: () => render(props) };
  Object.assign(vnode, { type: Boundary, props: boundary });
}

function Boundary({ component, url, exportName, props }: BoundaryProps) {
  const content = h(component, null);
  // An island inside of another one comes alive with it.
  if (useContext(Inside) || used === null) return content;
  const index = used.push({ url, exportName, props }) - 1;
  return h(Inside.Provider, { value: true }, comment(`frsh:${index}`), content, comment("/frsh"));
}

function comment(text: string): VNode {
  return h(Fragment, { UNSTABLE_comment: text } as Record<string, unknown>);
}

function lock(vnode: VNode): void {
  const props = vnode.props as { src?: unknown };
  if (typeof props.src === "string") props.src = asset(props.src);
}
