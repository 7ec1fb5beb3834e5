/** The part of the REST API that commands need; answers are checked here and trusted after. */
import { z } from "zod";
import { nameKey } from "@/lib/protocol/text.ts";
import type { Message, RoomInfo, User } from "@/lib/protocol/server_frames.ts";
import { EXIT, Trouble } from "./trouble.ts";

const user = z.looseObject({ id: z.string(), name: z.string(), nickname: z.string().optional() });
const session = z.object({ user, token: z.string() });
const room = z.looseObject({
  id: z.number(),
  kind: z.enum(["group", "direct"]),
  name: z.string(),
  topic: z.string().optional(),
  private: z.literal(true).optional(),
  archived: z.boolean().optional(),
});
const listed = room.extend({
  onlineCount: z.number().default(0),
  unread: z.number().default(0),
  mentions: z.number().default(0),
});
const home = z.looseObject({ groups: z.array(listed), directs: z.array(listed) });
const page = z.object({
  messages: z.array(z.looseObject({
    id: z.string(),
    seq: z.number(),
    roomId: z.number(),
    userId: z.string(),
    sender: z.string(),
    text: z.string(),
    ts: z.number(),
    txnId: z.string().optional(),
    replyTo: z.string().optional(),
  })),
  more: z.boolean(),
});
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A room as the list of rooms shows it. */
export type ListedRoom = z.infer<typeof listed>;
/** A new session. */
export type Session = z.infer<typeof session>;
/** Messages, oldest first, and whether older ones exist. */
export interface Page {
  readonly messages: readonly Message[];
  readonly more: boolean;
}

const STATUS_EXIT: Readonly<Record<number, number>> = {
  401: EXIT.login,
  404: EXIT.notFound,
  429: EXIT.unreachable,
  503: EXIT.unreachable,
};
const ANSWER_MS = 15_000;
const PAGE = 100;

const AGAIN_MS = 500;

/** A server, asked by somebody or (without a token) by nobody. */
export class Api {
  /** @param patience for how many milliseconds a server that is away is asked again */
  constructor(
    private readonly url: string,
    private readonly token?: string,
    private readonly patience = 0,
  ) {}

  /** The same server, asked with another patience. */
  withPatience(patience: number): Api {
    return new Api(this.url, this.token, patience);
  }

  guest(username: string): Promise<Session> {
    return this.#ask(session, "POST", "/api/auth/guest", { username });
  }

  login(username: string, password: string): Promise<Session> {
    return this.#ask(session, "POST", "/api/auth/login", { username, password });
  }

  async logout(): Promise<void> {
    await this.#ask(z.unknown(), "POST", "/api/auth/logout");
  }

  self(): Promise<User> {
    return this.#ask(user, "GET", "/api/profile");
  }

  /** Groups first, then 1:1 rooms. */
  async rooms(): Promise<ListedRoom[]> {
    const { groups, directs } = await this.#ask(home, "GET", "/api/rooms");
    return [...groups, ...directs];
  }

  /**
   * The room that somebody means by a number, `@person`, or a group's name (`#name` when the name
   * looks like one of the others).
   */
  async room(meant: string): Promise<RoomInfo> {
    if (/^[1-9]\d{0,14}$/.test(meant)) return await this.#ask(room, "GET", `/api/rooms/${meant}`);
    if (meant.startsWith("@")) {
      return await this.#ask(room, "POST", "/api/direct", { username: meant.slice(1) });
    }
    const key = nameKey(meant.replace(/^#/, "").trim());
    const found = (await this.rooms()).find(({ kind, name }) =>
      kind === "group" && nameKey(name) === key
    );
    if (found === undefined) {
      throw new Trouble(
        `There is no group "${meant}" that you may see. For the list run: parley rooms`,
        EXIT.notFound,
      );
    }
    return found;
  }

  /** The newest messages before `before`, at most 100. */
  history(roomId: number, limit: number, before?: number): Promise<Page> {
    const query = before === undefined ? "" : `&before=${before}`;
    return this.#ask(page, "GET", `/api/rooms/${roomId}/messages?limit=${limit}${query}`);
  }

  /** The messages with `after < seq <= upTo`, oldest first, page by page. */
  async *between(roomId: number, after: number, upTo: number): AsyncGenerator<readonly Message[]> {
    for (let done = after; done < upTo; done += PAGE) {
      // No two events have one seq: all between are among the newest so many before the end.
      const end = Math.min(done + PAGE, upTo);
      const { messages } = await this.history(roomId, PAGE, end + 1);
      yield messages.filter(({ seq }) => seq > done);
    }
  }

  /** Tries again while that may help; any other refusal is {@link Trouble}. */
  async #ask<T>(shape: z.ZodType<T>, method: string, path: string, body?: object): Promise<T> {
    const end = performance.now() + this.patience;
    for (;;) {
      try {
        return await this.#askOnce(shape, method, path, body);
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        const wait = error.retryAfter ?? AGAIN_MS;
        // Of a limit the server says when it ends; only a login must not be tried on and on.
        const limited = error.retryAfter !== undefined && this.token !== undefined;
        const away = error.exitCode === EXIT.unreachable && performance.now() + wait < end;
        if (!limited && !away) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #askOnce<T>(shape: z.ZodType<T>, method: string, path: string, body?: object): Promise<T> {
    const response = await this.#fetch(method, path, body);
    const json = await response.json().catch(() => null);
    if (!response.ok) throw this.#refused(response, json);
    const answer = shape.safeParse(json);
    if (answer.success) return answer.data;
    throw new Trouble(`${this.url} does not answer as Parley does. Check PARLEY_URL.`);
  }

  async #fetch(method: string, path: string, body?: object): Promise<Response> {
    try {
      return await fetch(this.url + path, {
        method,
        headers: {
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch (error) {
      // A refused connection and a time-out are different classes; both mean: not there now.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      throw new Trouble(
        `${this.url} can't be reached. Is the server running, and PARLEY_URL right?`,
        EXIT.unreachable,
      );
    }
  }

  #refused({ status, headers }: Response, json: unknown): Trouble {
    const told = refusal.safeParse(json);
    const sentence = told.success
      ? told.data.error.message
      : `${this.url} answered with status ${status}.`;
    const next = status === 401 && this.token !== undefined ? " Run: parley login" : "";
    const seconds = status === 429 ? Number(headers.get("retry-after")) || 1 : undefined;
    return new Trouble(
      sentence + next,
      STATUS_EXIT[status] ?? EXIT.refused,
      seconds && seconds * 1000,
    );
  }
}
