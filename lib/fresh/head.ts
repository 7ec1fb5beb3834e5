/** Elements for the document's head, from anywhere in a page. */
import { type ComponentChildren, isValidElement, toChildArray, type VNode } from "preact";
import { useEffect } from "preact/hooks";

/** Collects head elements while a page is rendered; null in a browser. */
let sink: VNode[] | null = null;

/** Runs a render and gives the head elements that it met. */
export function collectHead<Result>(render: () => Result): { result: Result; head: VNode[] } {
  const head: VNode[] = [];
  sink = head;
  try {
    return { result: render(), head };
  } finally {
    sink = null;
  }
}

/** Puts its children into `<head>`. Of several titles the last one counts, also in islands. */
export function Head({ children }: { children?: ComponentChildren }): null {
  const elements = toChildArray(children).filter(isValidElement) as VNode[];
  if (sink !== null) sink.push(...elements);
  const title = elements.findLast(({ type }) => type === "title");
  const text = title === undefined
    ? undefined
    : toChildArray((title.props as { children?: ComponentChildren }).children).join("");
  useEffect(() => {
    if (text !== undefined) document.title = text;
  }, [text]);
  return null;
}
