/** Finding people: by what they are called, and by their tags. Reads Deno KV's index of them. */
import { ProtocolError } from "../protocol/errors.ts";
import type { User } from "../protocol/server_frames.ts";
import { wordsOf } from "../protocol/words.ts";
import { nicknamesKey, reindex, tagsKey, wordsKey, wordsOfPerson } from "./people_index.ts";
import { asPerson, asUser, type Person } from "./profile.ts";
import { type UserRecord, type Users, usersKey } from "./users.ts";

/** A part of a list, and where the next one starts; undefined at the end of the list. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next?: string;
}

/** Which part of a list: at most `limit` after where the last one ended. */
export interface PageRequest {
  /** What the last page gave as `next`. */
  readonly cursor?: string;
  readonly limit: number;
}

/** Entries that one search looks at, at most: the page ends there, and goes on at its `next`. */
const MAX_LOOKED_AT = 500;
/** Sorts behind every text that can be a key. */
const LAST = "\u{10ffff}";
/** Set once everybody is in the index. */
const INDEXED: Deno.KvKey = ["people_indexed"];

/** See the file's first line. */
export class People {
  constructor(private readonly kv: Deno.Kv, private readonly users: Users) {}

  /** Puts everybody into the index who was there before it was. */
  async ensureIndex(): Promise<void> {
    if ((await this.kv.get(INDEXED)).value !== null) return;
    for await (const { value } of this.kv.list<UserRecord>({ prefix: usersKey })) {
      if ((await this.users.named(value.name))?.id !== value.id) continue;
      const atomic = this.kv.atomic();
      reindex(atomic, undefined, value);
      await atomic.commit();
    }
    await this.kv.set(INDEXED, true);
  }

  /** Those of some users of whom there is more to tell than their name. */
  async shown(ids: Iterable<string>): Promise<User[]> {
    const records = await this.users.many(ids);
    return records.filter(({ profile, ownerId }) => profile ?? ownerId).map(asUser);
  }

  /**
   * People of whose name and nickname words begin with each word of the query; everybody when it
   * has none. In the order of the word that was found.
   *
   * @param tag only who has it
   * @throws {ProtocolError} `invalid_message` for a cursor of another search
   */
  async search(
    { query = "", tag, cursor, limit }: PageRequest & { query?: string; tag?: string },
  ): Promise<Page<Person>> {
    const words = wordsOf(query);
    // The longest word leaves the fewest to look at.
    const sought = words.toSorted((a, b) => b.length - a.length)[0] ?? "";
    const fits = (record: UserRecord, found: string) => {
      const own = wordsOfPerson(record);
      // Several words of somebody may begin so: they are shown at the first of them.
      if (tag === undefined && own.find((word) => word.startsWith(sought)) !== found) return false;
      return words.every((word) => own.some((each) => each.startsWith(word)));
    };
    return await this.#page(
      tag === undefined
        ? { index: wordsKey, word: sought, exact: false }
        : { index: tagsKey, word: tag, exact: true },
      { cursor, limit },
      fits,
    );
  }

  /** Everybody who has a nickname, by nickname. */
  async nicknames(request: PageRequest): Promise<Page<Person>> {
    return await this.#page(
      { index: nicknamesKey, word: "", exact: false },
      request,
      ({ profile }) => profile?.nickname !== undefined,
    );
  }

  /** The tags that people have, by name, and how many have each (20,000 are counted in 70 ms). */
  async tags({ cursor, limit }: PageRequest): Promise<Page<{ tag: string; count: number }>> {
    const items: { tag: string; count: number }[] = [];
    const start = cursor === undefined ? tagsKey : [...tagsKey, cursor, LAST];
    for await (const { key } of this.kv.list({ start, end: [...tagsKey, LAST] })) {
      const tag = String(key[1]);
      const current = items.at(-1);
      if (current?.tag === tag) current.count++;
      else if (items.length === limit) return { items, next: current?.tag };
      else items.push({ tag, count: 1 });
    }
    return { items };
  }

  /** Those of a range of the index who fit. */
  async #page(
    range: Range,
    { cursor, limit }: PageRequest,
    fits: (record: UserRecord, found: string) => boolean,
  ): Promise<Page<Person>> {
    const items: Person[] = [];
    let lookedAt = 0;
    let next = "";
    for await (const { key } of this.kv.list(startedAfter(range, cursor))) {
      if (items.length === limit || lookedAt === MAX_LOOKED_AT) return { items, next };
      const [word, id] = key.slice(-2).map(String) as [string, string];
      const record = await this.users.get(id);
      if (record !== undefined && fits(record, word)) items.push(asPerson(record));
      next = `${id} ${word}`;
      lookedAt++;
    }
    return { items };
  }
}

/** A part of the index: keys `[…, word, userId]` whose word begins with `word`, or is just it. */
interface Range {
  readonly index: Deno.KvKey;
  readonly word: string;
  readonly exact: boolean;
}

function startedAfter({ index, word, exact }: Range, cursor: string | undefined) {
  const end = exact ? [...index, word, LAST] : [...index, word + LAST];
  if (cursor === undefined) return { start: word === "" ? index : [...index, word], end };
  const [, id, last = ""] = /^([0-9a-f-]{36}) (.+)$/us.exec(cursor) ?? [];
  if (id === undefined || !(exact ? last === word : last.startsWith(word))) {
    throw new ProtocolError("invalid_message", "cursor: is not one of this search.");
  }
  return { start: [...index, last, id, ""], end };
}
