/** Errors that have a status. */

/** Thrown by a handler or page: the error page is shown with this status. */
export class HttpError extends Error {
  override readonly name = "HttpError";

  /** @param status the HTTP status of the answer */
  constructor(readonly status: number, message: string = `HTTP ${status}`, options?: ErrorOptions) {
    super(message, options);
  }
}
