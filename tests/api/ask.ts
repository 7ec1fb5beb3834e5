/** Asks the REST API as a program would. */
import assert from "node:assert/strict";

/** An answer, its body read. */
export interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- a test reads whatever came; that is its point
  readonly body: any;
  readonly headers: Headers;
}

/** Asks the API; `token` is who asks. */
export async function ask(
  server: { url: string },
  method: string,
  path: string,
  { token, body, headers = {} }: {
    token?: string;
    body?: unknown;
    headers?: Record<string, string>;
  } = {},
): Promise<Answer> {
  const answer = await fetch(server.url + path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !(body instanceof Uint8Array) &&
        { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined || typeof body === "string" || body instanceof Uint8Array
      ? body as BodyInit | undefined
      : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers };
}

/** Takes a name; gives the token. */
export async function guest(server: { url: string }, username: string): Promise<string> {
  const { status, body } = await ask(server, "POST", "/api/auth/guest", { body: { username } });
  assert.equal(status, 201);
  return body.token;
}
