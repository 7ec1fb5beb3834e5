/** What a middleware, handler or page knows of its request. */
import {
  type Attributes,
  type ComponentChildren,
  type ComponentType,
  Fragment,
  h,
  type VNode,
} from "preact";
import { renderPage } from "./render.ts";
import type { Snapshot } from "./snapshot.ts";
import type { PageProps, RouteComponent } from "./types.ts";

/** A wrapper around a page, outermost first. */
// deno-lint-ignore no-explicit-any -- components of any state and data are kept together
export type Wrapper = RouteComponent<any, any>;

/** Server-wide facts. */
export interface FreshConfig {
  readonly basePath: string;
  readonly mode: "development" | "production";
}

/** One request on its way through middlewares to its route. */
export class Context<State> {
  /** Free for the app: made empty for each request. */
  readonly state: State = {} as State;
  readonly url: URL;
  params: Record<string, string> = {};
  /** The matched pattern; null when none matched. */
  route: string | null = null;
  error: unknown = null;
  data: unknown = undefined;
  /** The rest of the chain. */
  next: () => Promise<Response> = () => Promise.reject(new Error("there is nothing after this"));
  /** @ignore The CSP nonce of this response, when there is one. */
  nonce: string | undefined;
  /** @ignore App wrapper and layouts of the matched route. */
  wrappers: { app?: Wrapper; layouts: Wrapper[] } = { layouts: [] };

  constructor(
    readonly req: Request,
    readonly info: Deno.ServeHandlerInfo,
    readonly config: FreshConfig,
    /** @ignore What was built. */
    readonly snapshot: Snapshot | undefined,
  ) {
    this.url = new URL(req.url);
  }

  /**
   * A redirect to another place. Leading slashes collapse, so that it stays on this host; browsers
   * take a backslash for a slash.
   */
  redirect(to: string, status = 302): Response {
    const location = to.replace(/^[/\\]{2,}/, "/");
    return new Response(null, { status, headers: { location } });
  }

  /** A page of this element, inside the app wrapper and the route's layouts. */
  async render(
    element: VNode,
    init: ResponseInit = {},
    options: { skipAppWrapper?: boolean; skipInheritedLayouts?: boolean } = {},
  ): Promise<Response> {
    const { app, layouts } = this.wrappers;
    const around = options.skipInheritedLayouts ? [] : [...layouts];
    if (app !== undefined && !options.skipAppWrapper) around.unshift(app);
    let inner: VNode = element;
    for (const wrapper of around.reverse()) {
      const content = inner;
      inner = await element_(wrapper, { ...this.props(), Component: () => content });
    }
    const { html, link } = renderPage(inner, this.snapshot, this.nonce);
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "text/html; charset=utf-8");
    if (link !== "") headers.append("link", link);
    return new Response(html, { ...init, headers });
  }

  /** A plain text response. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init);
  }

  /** An HTML response. */
  html(content: string, init: ResponseInit = {}): Response {
    const headers = new Headers(init.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(content, { ...init, headers });
  }

  /** A JSON response. */
  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /** Makes a WebSocket of the request. */
  upgrade(options?: Deno.UpgradeWebSocketOptions): Deno.WebSocketUpgrade {
    return Deno.upgradeWebSocket(this.req, options);
  }

  /** @ignore What components get, but for `Component`. */
  props(): PageProps<unknown, State> {
    const { url, req, params, state, data, error, route } = this;
    return { url, req, params, state, data, error, route, Component: () => null };
  }
}

/** The element of a component; an asynchronous one is awaited here, since rendering can't wait. */
export async function element_<Props extends object>(
  component: (props: Props) => ComponentChildren | Promise<ComponentChildren>,
  props: Props,
): Promise<VNode> {
  if (component.constructor.name !== "AsyncFunction") {
    return h(component as ComponentType<Props>, props as Props & Attributes) as VNode;
  }
  return h(Fragment, null, await component(props));
}
