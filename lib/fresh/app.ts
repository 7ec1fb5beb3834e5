/** The app: middlewares and routes in the order in which they are registered. */
import { Context, element_, type FreshConfig, type Wrapper } from "./context.ts";
import { hookElements } from "./elements.ts";
import { HttpError } from "./error.ts";
import { type FileRoute, fileRoutes } from "./fs_routes.ts";
import { registerIslands } from "./islands.ts";
import { type Match, Router } from "./router.ts";
import type { Snapshot } from "./snapshot.ts";
import type { HandlerFn, Method, Middleware, PageResponse, RouteHandler } from "./types.ts";

/** What answers one path. */
interface Route<State> {
  /** The middlewares before it, and its handler, for each method; "*" for the rest. */
  readonly chains: Map<Method | "*", readonly Middleware<State>[]>;
  /** Whether it is of the routes folder, whose error page shows what goes wrong. */
  ofFolder: boolean;
}

type Layer<State> = (router: Router<Route<State>>, before: Middleware<State>[]) => void;

/** Handlers of a WebSocket route. */
export interface WebSocketHandlers {
  open?(socket: WebSocket): void;
  message?(socket: WebSocket, event: MessageEvent): void;
  close?(socket: WebSocket, event: CloseEvent): void;
  error?(socket: WebSocket, event: Event): void;
}

/** Registers handlers for one method of a path. */
type Verb<State, Self> = (path: string, ...handlers: Middleware<State>[]) => Self;

const LOCAL = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
} as const;

/** An app whose requests carry a `State`. */
export class App<State> {
  /** @ignore What was built; set by the builder's `server.js`. */
  snapshot: Snapshot | undefined;
  readonly config: FreshConfig;
  readonly #layers: Layer<State>[] = [];
  #errorPage: FileRoute<State> | undefined;

  constructor(config: { basePath?: string; mode?: FreshConfig["mode"] } = {}) {
    this.config = { basePath: config.basePath ?? "", mode: config.mode ?? "production" };
  }

  /** Runs middlewares before everything registered after this, below a path if one is given. */
  use(path: string, ...middlewares: Middleware<State>[]): this;
  use(...middlewares: Middleware<State>[]): this;
  use(first: string | Middleware<State>, ...others: Middleware<State>[]): this {
    const middlewares = typeof first === "string"
      ? others.map((each) => below(first, each))
      : [first, ...others];
    this.#layers.push((_, before) => before.push(...middlewares));
    return this;
  }

  get: Verb<State, this> = this.#verb("GET");
  post: Verb<State, this> = this.#verb("POST");
  put: Verb<State, this> = this.#verb("PUT");
  patch: Verb<State, this> = this.#verb("PATCH");
  delete: Verb<State, this> = this.#verb("DELETE");
  head: Verb<State, this> = this.#verb("HEAD");
  all: Verb<State, this> = this.#verb("*");

  /** A WebSocket at a path; a request that does not upgrade gets 400. */
  ws(path: string, handlers: WebSocketHandlers, options?: Deno.UpgradeWebSocketOptions): this {
    return this.get(path, (ctx) => {
      if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        return new Response("Expected a WebSocket upgrade request", { status: 400 });
      }
      const { socket, response } = ctx.upgrade(options);
      socket.onopen = () => handlers.open?.(socket);
      socket.onmessage = (event) => handlers.message?.(socket, event);
      socket.onclose = (event) => handlers.close?.(socket, event);
      socket.onerror = (event) => handlers.error?.(socket, event);
      return response;
    });
  }

  /** The routes of the routes folder, as the build found them; none without a build. */
  fsRoutes(): this {
    this.#layers.push((router, before) => {
      const { routes, errorPage } = fileRoutes<State>(this.snapshot?.routes ?? []);
      this.#errorPage = errorPage;
      for (const route of routes) {
        const chain = [...before, ...route.middlewares];
        const at = router.at(route.pattern, emptyRoute<State>);
        at.ofFolder = true;
        for (const [method, fn] of handlersOf(route)) at.chains.set(method, [...chain, fn]);
      }
    });
    return this;
  }

  /** What answers a request. Everything registered until now takes part. */
  handler(): (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> {
    if (this.snapshot !== undefined) registerIslands(this.snapshot);
    hookElements();
    const router = new Router<Route<State>>();
    const everywhere: Middleware<State>[] = [];
    for (const layer of this.#layers) layer(router, everywhere);
    return async (request, info = LOCAL) => {
      const ctx = new Context<State>(request, info, this.config, this.snapshot);
      const found = matchIn(router, ctx.url.pathname.replace(/\/{2,}/g, "/"));
      try {
        const response = await this.#dispatch(ctx, found, everywhere);
        if (request.method !== "HEAD") return response;
        await response.body?.cancel();
        return new Response(null, response);
      } catch (error) {
        const page = found === undefined || found.route.ofFolder ? this.#errorPage : undefined;
        return await fail(ctx, error, page);
      }
    };
  }

  #verb(method: Method | "*"): Verb<State, this> {
    return (path, ...handlers) => {
      this.#layers.push((router, before) => {
        router.at(path, emptyRoute<State>).chains.set(method, [...before, ...handlers]);
      });
      return this;
    };
  }

  #dispatch(
    ctx: Context<State>,
    found: Match<Route<State>> | undefined,
    everywhere: readonly Middleware<State>[],
  ): Promise<Response> {
    if (found === undefined) return run(ctx, [...everywhere, notFound]);
    ctx.route = found.pattern;
    ctx.params = found.params;
    const { chains } = found.route;
    const method = ctx.req.method as Method;
    const chain = chains.get(method) ?? (method === "HEAD" ? chains.get("GET") : undefined) ??
      chains.get("*");
    if (chain !== undefined) return run(ctx, chain);
    const allow = [...chains.keys()].join(", ");
    const status = method === "OPTIONS" ? 204 : 405;
    return Promise.resolve(new Response(null, { status, headers: { allow } }));
  }
}

/** The answer to a request whose handling threw: the error page, with the error's status. */
async function fail<State>(
  ctx: Context<State>,
  error: unknown,
  page: FileRoute<State> | undefined,
): Promise<Response> {
  const status = error instanceof HttpError ? error.status : 500;
  if (status >= 500) console.error(error);
  ctx.error = error;
  if (page?.component === undefined) {
    const text = error instanceof HttpError ? error.message : "Internal Server Error";
    return new Response(text, { status });
  }
  ctx.wrappers = { app: page.app, layouts: [...page.layouts] };
  return await ctx.render(await element_(page.component, ctx.props()), { status });
}

function emptyRoute<State>(): Route<State> {
  return { chains: new Map(), ofFolder: false };
}

function notFound(): never {
  throw new HttpError(404);
}

/** A path whose escapes are broken is a path that nobody has. */
function matchIn<State>(router: Router<Route<State>>, pathname: string) {
  try {
    return router.match(pathname);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function run<State>(
  ctx: Context<State>,
  chain: readonly Middleware<State>[],
  index = 0,
): Promise<Response> {
  const middleware = chain[index];
  if (middleware === undefined) return Promise.reject(new HttpError(404));
  ctx.next = () => run(ctx, chain, index + 1);
  // An async function, so that what is thrown at once becomes a rejection, too.
  return (async () => await middleware(ctx))();
}

function below<State>(prefix: string, middleware: Middleware<State>): Middleware<State> {
  const folder = prefix.endsWith("/") ? prefix : `${prefix}/`;
  return (ctx) => `${ctx.url.pathname}/`.startsWith(folder) ? middleware(ctx) : ctx.next();
}

/**
 * A file route's handlers by method; a page without a handler answers every method. As with Fresh,
 * a method that its handlers lack is 404, and not the 405 of routes that `main.ts` registers.
 */
function handlersOf<State>(route: FileRoute<State>): [Method | "*", Middleware<State>][] {
  const { handler } = route;
  if (handler === undefined) return [["*", answer(route, () => ({ data: undefined }))]];
  if (typeof handler === "function") return [["*", answer(route, handler)]];
  const handlers = Object.entries(handler) as [Method, HandlerFn<unknown, State>][];
  const list: [Method | "*", Middleware<State>][] = handlers.map(([method, fn]) => [
    method,
    answer(route, fn),
  ]);
  if (route.component !== undefined && !("GET" in handler)) {
    list.push(["GET", answer(route, () => ({ data: undefined }))]);
  }
  list.push(["*", notFound]);
  return list;
}

/** A handler's response, or the route's page with the data that the handler gave. */
function answer<State>(
  route: FileRoute<State>,
  handler: RouteHandler<unknown, State> & HandlerFn<unknown, State>,
): Middleware<State> {
  return async (ctx) => {
    ctx.wrappers = { app: route.app, layouts: [...route.layouts] };
    const result = await handler(ctx);
    if (result instanceof Response) return result;
    return await renderRoute(ctx, route.component, result);
  };
}

async function renderRoute<State>(
  ctx: Context<State>,
  component: Wrapper | undefined,
  { data, status, headers }: PageResponse<unknown>,
): Promise<Response> {
  ctx.data = data;
  if (component === undefined) throw new Error(`route ${ctx.route} has no page to render`);
  const element = await element_(component, ctx.props());
  return await ctx.render(element, { status, headers });
}
