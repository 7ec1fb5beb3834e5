/** The shapes of people and of what they tell about themselves; see shapes.ts. */
import { z } from "zod";
import { nickname, statusText, tag, tags, wellFormed } from "../protocol/text.ts";
import { user } from "./shapes.ts";

export const person = z.object({
  ...user.shape,
  tags: z.array(z.string()).readonly().optional(),
}).meta({ id: "Person" });

export const ownProfile = z.object({
  ...person.shape,
  administrator: z.boolean().optional().meta({ description: "Of this server." }),
}).meta({ id: "OwnProfile" });

/** What is absent stays as it is; what is empty or null is told no more. */
export const profileBody = z.object({
  nickname: nickname.nullable().optional().meta({ description: "1 to 32 characters." }),
  statusText: statusText.nullable().optional().meta({ description: "One line, 100 characters." }),
  tags: tags.nullable().optional().meta({ description: "At most 8 of 1 to 24 characters." }),
}).refine(
  (changes) => Object.keys(changes).length > 0,
  "names neither nickname nor statusText nor tags",
).meta({ id: "ProfileBody" });

const cursor = wellFormed.min(1).max(500).regex(/^[^\u{10ffff}]*$/u).optional().meta({
  description: "What the last page gave as `next`.",
});

export const listQuery = z.object({
  cursor,
  limit: z.string().regex(/^([1-9]\d?|100)$/).transform(Number).default(50).meta({
    description: "1 to 100.",
  }),
});

export const peopleQuery = z.object({
  q: wellFormed.max(100).optional().meta({
    description: "Beginnings of words of the name or nickname; without it everybody.",
  }),
  tag: tag.optional().meta({ description: "Only who has this tag." }),
  ...listQuery.shape,
});

const next = z.string().optional().meta({
  description: "Ask for more with this as `cursor`; absent at the end.",
});

export const people = z.object({ users: z.array(person).readonly(), next }).meta({ id: "People" });

export const nicknames = z.object({
  nicknames: z.array(person).readonly().meta({ description: "Who has one, by nickname." }),
  next,
}).meta({ id: "Nicknames" });

export const tagCounts = z.object({
  tags: z.array(z.object({ tag: z.string(), count: z.int().positive() })).readonly(),
  next,
}).meta({ id: "Tags" });
