/** Helpers that only give types. */
import type { DataOf, Middleware, RouteComponent, RouteHandler } from "./types.ts";

/** Identity functions, typed with the app's state. */
export interface Define<State> {
  handlers<Data, Handler extends RouteHandler<Data, State>>(
    handlers: Handler & RouteHandler<Data, State>,
  ): Handler;
  page<Handler = never>(
    component: RouteComponent<[Handler] extends [never] ? unknown : DataOf<Handler>, State>,
  ): typeof component;
  layout(component: RouteComponent<unknown, State>): typeof component;
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): M;
}

/** Gives {@link Define} for an app whose state is `State`. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (component) => component,
    layout: (component) => component,
    middleware: (middleware) => middleware,
  };
}
