/** What pages and islands use, on the server and in the browser. */
export { asset } from "./build_id.ts";
export { Head } from "./head.ts";
export { HttpError } from "./error.ts";

/** True in a browser, false on the server. */
export const IS_BROWSER: boolean = typeof document !== "undefined";
