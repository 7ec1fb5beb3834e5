/** What the page of one's profile shows. */
import type { Person } from "@/lib/directory/profile.ts";

/** What was typed into the page's fields. */
export interface Typed {
  readonly nickname: string;
  readonly statusText: string;
  /** Separated by commas. */
  readonly tags: string;
}

/** See the file's first line. */
export interface ProfileProps {
  readonly person: Person;
  readonly typed: Typed;
  readonly takesPictures: boolean;
  /** What went wrong last time, and with which field. */
  readonly fault?: { readonly field: keyof Typed | "picture"; readonly message: string };
}

/** What stands in the fields of somebody who typed nothing yet. */
export function typedOf({ nickname = "", statusText = "", tags = [] }: Person): Typed {
  return { nickname, statusText, tags: tags.join(", ") };
}

/** The tags that were typed. */
export function tagList(typed: string): string[] {
  return typed.split(",").map((tag) => tag.trim()).filter((tag) => tag !== "");
}
