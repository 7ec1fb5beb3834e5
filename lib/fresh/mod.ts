/**
 * A stand-in for the part of Fresh 2.3 that this app uses: same names, types and behaviour.
 * It is not Fresh. See README.md.
 */
export { App } from "./app.ts";
export type { Context, Context as FreshContext } from "./context.ts";
export type {
  HandlerByMethod,
  HandlerFn,
  LayoutConfig,
  Middleware,
  PageProps,
  PageResponse,
  RouteConfig,
  RouteHandler,
} from "./types.ts";
export { createDefine, type Define } from "./define.ts";
export { page } from "./page.ts";
export { HttpError } from "./error.ts";
export { staticFiles } from "./static_files.ts";
export { csrf, type CsrfOptions } from "./csrf.ts";
export { csp, type CspOptions } from "./csp.ts";
