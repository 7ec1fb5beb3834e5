/** Changing what people tell about themselves: kept in their record, told to those they are with. */
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { nameKey } from "../protocol/text.ts";
import { toPicture } from "../uploads/picture.ts";
import type { Uploads } from "../uploads/uploads.ts";
import { copyMarker } from "./markers.ts";
import { reindex } from "./people_index.ts";
import { asPerson, asUser, changed, type Changes, type Person } from "./profile.ts";
import { userKey, type UserRecord, type Users } from "./users.ts";

/** What profiles rest on. */
export interface ProfileParts {
  readonly kv: Deno.Kv;
  readonly users: Users;
  /** Where pictures are kept; undefined where files can't be. */
  readonly uploads: Uploads | undefined;
  /** How often somebody may change: 0, or the milliseconds until they may again. */
  readonly limit: { take(userId: string): number };
  /** Hears of each change once it is kept. */
  readonly audience: { changed(user: User): void };
}

/** Pictures that may wait for their turn: each holds its upload in memory meanwhile. */
const MAX_WAITING = 16;

/** What somebody says about themselves. */
type Told = Omit<Changes, "avatar">;

/** See the file's first line. */
export class Profiles {
  /** The last change of a picture: one after the other, for each takes much memory. */
  #pictures: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(private readonly parts: ProfileParts) {}

  /** Whether people can have pictures here. */
  get takesPictures(): boolean {
    return this.parts.uploads !== undefined;
  }

  /** What a user tells about themselves. */
  async get(user: User): Promise<Person> {
    return asPerson(await this.parts.users.get(user.id) ?? user);
  }

  /**
   * Changes what a user tells; what is empty is told no more, what is absent stays.
   *
   * @throws {ProtocolError} `username_taken` for a nickname that is the name of an account or a
   *   bot; `rate_limited`
   */
  async change(user: User, changes: Told): Promise<Person> {
    this.#limit(user);
    const nickname = changes.nickname ?? "";
    const namesake = nickname === "" ? undefined : await this.parts.users.named(nickname);
    const isKept = namesake?.kind === "account" || namesake?.kind === "bot";
    if (isKept && namesake.id !== user.id) {
      throw new ProtocolError("username_taken", `${namesake.name} is somebody else's name here.`);
    }
    // To be called as one is named anyway needs no nickname.
    const own = nameKey(nickname) === nameKey(user.name) ? { nickname: null } : {};
    return asPerson((await this.#write(user, { ...changes, ...own })).after);
  }

  /**
   * Makes an upload the user's picture, in place of the one before.
   *
   * @throws {ProtocolError} `invalid_message` when it is no picture; `rate_limited`; `overloaded`
   *   when too many come at once; `forbidden` where none can be kept
   */
  async setPicture(user: User, upload: Uint8Array): Promise<Person> {
    this.#limit(user);
    const { uploads } = this.parts;
    if (uploads === undefined) {
      throw new ProtocolError("forbidden", "This server has no place to keep pictures.");
    }
    return await this.#inTurn(async () => {
      const avatar = await uploads.put(user.id, await toPicture(upload));
      return await this.#replacePicture(user, avatar);
    });
  }

  /** Takes the user's picture away, if they have one. */
  async removePicture(user: User): Promise<Person> {
    this.#limit(user);
    return await this.#inTurn(() => this.#replacePicture(user, null));
  }

  /** The bytes of a picture (WebP); undefined when there is none of that name. */
  async picture(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return await this.parts.uploads?.get(name);
  }

  async #replacePicture(user: User, avatar: string | null): Promise<Person> {
    const { before, after } = await this.#write(user, { avatar });
    const former = before.profile?.avatar;
    if (former !== undefined && former !== avatar) await this.parts.uploads?.delete(former);
    return asPerson(after);
  }

  async #write(
    { id }: User,
    changes: Changes,
  ): Promise<{ before: UserRecord; after: UserRecord }> {
    const { kv, audience } = this.parts;
    for (;;) {
      const entry = await kv.get<UserRecord>(userKey(id));
      const before = entry.value;
      if (before === null) throw new ProtocolError("unauthenticated");
      const after = { ...before, profile: changed(before.profile ?? {}, changes) };
      const atomic = kv.atomic()
        .check(entry)
        .set(userKey(id), after)
        .set(copyMarker("user", id), true);
      reindex(atomic, before, after);
      if (!(await atomic.commit()).ok) continue;
      audience.changed(asUser(after));
      return { before, after };
    }
  }

  #limit({ id }: User): void {
    const retryAfter = this.parts.limit.take(id);
    if (retryAfter === 0) return;
    throw new ProtocolError("rate_limited", "Too many changes at once. Wait a moment.", retryAfter);
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting === MAX_WAITING) throw new ProtocolError("overloaded");
    const turn = this.#pictures.then(work);
    this.#pictures = turn.catch(() => {});
    this.#waiting++;
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}
