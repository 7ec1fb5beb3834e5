/** Somebody with a session, without a browser: fills in the forms of the pages. */
import assert from "node:assert/strict";
import { Wire } from "./wire.ts";

/** A person who chose a name. */
export interface Person {
  readonly token: string;
  /** Submits a form; gives the path that it leads to, or the status when it leads nowhere. */
  submit(path: string, fields: Record<string, string>): Promise<string | number>;
  /** Gets a page. */
  get(path: string): Promise<Response>;
  /** Opens a socket with the session's cookie. */
  connect(): Promise<Wire>;
  /** Opens a socket and joins a room. */
  join(roomId: number): Promise<Wire>;
}

/** Chooses a name through the home page's form. */
export async function signIn(server: { url: string }, username: string): Promise<Person> {
  const answer = await post(server, "/session", { username });
  assert.equal(answer.status, 303, `${username} can't sign in: ${await answer.text()}`);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const person: Person = {
    token: cookie.split("=")[1] ?? "",
    async submit(path, fields) {
      const { status, headers } = await post(server, path, fields, cookie);
      return headers.get("location") ?? status;
    },
    get: (path) => fetch(server.url + path, { headers: { cookie }, redirect: "manual" }),
    connect: () => Wire.connect(server, { headers: { cookie } }),
    async join(roomId) {
      const wire = await person.connect();
      wire.send({ type: "join", roomId });
      await wire.next("joined");
      return wire;
    },
  };
  return person;
}

/** Submits a form as a page of the server's own would. */
export async function post(
  server: { url: string },
  path: string,
  fields: Record<string, string>,
  cookie = "",
): Promise<Response> {
  const answer = await fetch(server.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { cookie, origin: server.url },
    body: new URLSearchParams(fields),
  });
  return new Response(await answer.text(), answer);
}
