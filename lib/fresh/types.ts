/** Types of everything that an app writes for Fresh. */
import type { ComponentChildren, ComponentType } from "preact";
import type { Context } from "./context.ts";

/** What a handler gives to its page instead of a response. */
export interface PageResponse<Data> {
  readonly data: Data;
  readonly status?: number;
  readonly headers?: HeadersInit;
}

/** Runs before a route; `ctx.next()` runs the rest. */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

/** Answers a request, or gives a page its data. */
export type HandlerFn<Data, State> = (
  ctx: Context<State>,
) => Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;

/** HTTP methods that a route can handle. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";

/** A handler for each method. */
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };

/** What a route exports as `handler`. */
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

/** What a page or layout component gets. */
export interface PageProps<Data = unknown, State = unknown> {
  readonly url: URL;
  readonly req: Request;
  readonly params: Record<string, string>;
  readonly state: State;
  readonly data: Data;
  readonly error: unknown;
  readonly route: string | null;
  /** What a layout or the app wraps. */
  readonly Component: ComponentType;
}

/** A page, layout or app component; it may be asynchronous. */
export type RouteComponent<Data, State> = (
  props: PageProps<Data, State>,
) => ComponentChildren | Promise<ComponentChildren>;

/** What a route exports as `config`. */
export interface RouteConfig {
  /** Another URL pattern than the file's name says. */
  readonly routeOverride?: string;
  readonly skipAppWrapper?: boolean;
  readonly skipInheritedLayouts?: boolean;
}

/** What a layout exports as `config`. */
export interface LayoutConfig {
  readonly skipAppWrapper?: boolean;
  readonly skipInheritedLayouts?: boolean;
}

/** The data type that a handler gives to its page. */
export type DataOf<Handler> = Handler extends HandlerFn<infer Data, never> ? Data
  : Handler extends Record<string, unknown> ? DataOfMethods<Handler[keyof Handler]>
  : unknown;

type DataOfMethods<Fn> = Fn extends (ctx: never) => infer Result ? DataOfPage<Awaited<Result>>
  : never;

type DataOfPage<Result> = Result extends PageResponse<infer Data> ? Data : never;
