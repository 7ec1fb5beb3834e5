/** What people tell about themselves, and how others are shown them. */
import type { User } from "../protocol/server_frames.ts";

/** As stored; what somebody does not tell is absent. */
export interface Profile {
  /** What they would like to be called: need not be unique. */
  readonly nickname?: string;
  /** What they are up to: one line. */
  readonly statusText?: string;
  /** What they want to be found by. */
  readonly tags?: readonly string[];
  /** The name of their picture's file among the uploads. */
  readonly avatar?: string;
}

/** What is to change: null takes a thing away, as an empty one does. */
export type Changes = { readonly [Field in keyof Profile]: Profile[Field] | null };

/** A user with what they tell about themselves, as others may see them. */
export interface Person extends User {
  readonly tags?: readonly string[];
}

/** Where pictures are served from. */
const AVATARS = "/avatars/";

/** How a user is shown wherever there are many. */
export function asUser({ id, name, ownerId, profile = {} }: User & { profile?: Profile }): User {
  const { nickname, statusText, avatar } = profile;
  return {
    id,
    name,
    ...(nickname && { nickname }),
    ...(avatar && { avatar: AVATARS + avatar }),
    ...(statusText && { statusText }),
    ...(ownerId && { ownerId }),
  };
}

/** A user without what they tell about themselves. */
export function asName({ id, name }: User): User {
  return { id, name };
}

/** All that a user tells about themselves. */
export function asPerson(record: User & { profile?: Profile }): Person {
  const { tags = [] } = record.profile ?? {};
  return { ...asUser(record), ...(tags.length > 0 && { tags }) };
}

/** A profile after changes. */
export function changed(profile: Profile, changes: Changes): Profile {
  const entries = Object.entries({ ...profile, ...changes });
  return Object.fromEntries(entries.filter(([, value]) => value && value.length > 0));
}
