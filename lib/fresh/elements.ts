/** What happens to elements as they are made: Preact has one hook for all those of a process. */
import { h, options, type VNode } from "preact";
import { asset } from "./build_id.ts";
import { encloseIsland } from "./islands.ts";

type Props = Record<string, unknown>;

let isHooked = false;
/** The CSP nonce of the page that is being rendered. */
let nonce: string | undefined;

/** From now on islands get their boundary, images their key, and inline code the page's nonce. */
export function hookElements(): void {
  if (isHooked) return;
  isHooked = true;
  const before = options.vnode;
  options.vnode = (vnode) => {
    adapt(vnode as VNode<Props>);
    before?.(vnode);
  };
}

/** Runs a render whose inline styles and scripts get this nonce. */
export function withNonce<Result>(value: string | undefined, render: () => Result): Result {
  nonce = value;
  try {
    return render();
  } finally {
    nonce = undefined;
  }
}

function adapt(vnode: VNode<Props>): void {
  const { type, props } = vnode;
  if (typeof type === "function") encloseIsland(vnode);
  else if (type === "img" || type === "source") {
    if (typeof props.src === "string") props.src = asset(props.src);
  } else if (isInlineCode(type, props)) {
    // The nonce is known when the page is rendered, which may be long after an element was made.
    Object.assign(vnode, { type: InlineCode, props: { tag: type, props } });
  }
}

function isInlineCode(type: string, props: Props): boolean {
  const isCode = type === "style" || type === "script" && props.src === undefined;
  return isCode && !("nonce" in props);
}

function InlineCode({ tag, props }: { tag: string; props: Props }): VNode {
  return h(tag, { ...props, nonce } as Props) as VNode;
}
