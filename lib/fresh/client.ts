/** In the browser: brings the islands of a page to life. */
import { type ComponentType, type ContainerNode, h, hydrate } from "preact";
import { keyAssets } from "./build_id.ts";
import { deserialize } from "./props.ts";

/** Hydrates each island with its props, where its comments are. */
export function boot(buildId: string, islands: ComponentType<object>[]): void {
  keyAssets(buildId);
  const data = document.getElementById("frsh-props")?.textContent ?? "[]";
  const props = deserialize(data) as object[];
  for (const start of islandComments()) {
    const index = Number(start.data.slice("frsh:".length));
    const component = islands[index];
    if (component !== undefined) hydrate(h(component, props[index] ?? {}), between(start));
  }
}

/** The comments that open an island. */
function islandComments(): Comment[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  const found: Comment[] = [];
  while (walker.nextNode()) {
    const comment = walker.currentNode as Comment;
    if (comment.data.startsWith("frsh:")) found.push(comment);
  }
  return found;
}

/** What stands between an opening comment and its end, as if it were an element of its own. */
function between(start: Comment): ContainerNode {
  const parent = start.parentNode as ParentNode & Node;
  const childNodes: ChildNode[] = [];
  let end: ChildNode | null = start.nextSibling;
  while (end !== null && !(end instanceof Comment && end.data === "/frsh")) {
    childNodes.push(end);
    end = end.nextSibling;
  }
  const after = end;
  return {
    nodeType: Node.ELEMENT_NODE,
    parentNode: parent,
    firstChild: childNodes[0] ?? null,
    childNodes,
    contains: (node: Node) => parent.contains(node),
    insertBefore: (node: Node, child: Node | null) => parent.insertBefore(node, child ?? after),
    appendChild: (node: Node) => parent.insertBefore(node, after),
    removeChild: (node: Node) => parent.removeChild(node),
  } as ContainerNode;
}
