/** Who people are, and what they tell about themselves. */
import { MAX_PICTURE_BYTES } from "../../uploads/picture.ts";
import { type Operation, operation } from "../operation.ts";
import * as told from "../people_shapes.ts";
import * as shapes from "../shapes.ts";

const picture = {
  maxBytes: MAX_PICTURE_BYTES,
  types: ["image/png", "image/jpeg", "image/webp", "image/gif"],
};

export const people: readonly Operation[] = [
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/profile",
    summary: "Who one is",
    needsUser: true,
    status: 200,
    answer: told.ownProfile,
    errors: [],
    async run({ parley, user }) {
      const administrator = await parley.administration.is(user.id);
      const person = await parley.profiles.get(user);
      return { body: { ...person, ...(administrator && { administrator }) } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "PATCH",
    path: "/api/profile",
    summary: "Tell about oneself: nickname, status, tags",
    needsUser: true,
    body: told.profileBody,
    status: 200,
    answer: told.person,
    errors: ["username_taken", "rate_limited"],
    async run({ parley, user, body }) {
      return { body: await parley.profiles.change(user, body) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "PUT",
    path: "/api/profile/avatar",
    summary: "Have a picture: its bytes are the body; a small square of it is kept",
    needsUser: true,
    body: picture,
    status: 200,
    answer: told.person,
    errors: ["forbidden", "rate_limited", "overloaded"],
    async run({ parley, user, body }) {
      return { body: await parley.profiles.setPicture(user, body) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "DELETE",
    path: "/api/profile/avatar",
    summary: "Have no picture any more",
    needsUser: true,
    status: 200,
    answer: told.person,
    errors: ["rate_limited", "overloaded"],
    async run({ parley, user }) {
      return { body: await parley.profiles.removePicture(user) };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/users",
    summary: "Find people by name, nickname or tag",
    needsUser: true,
    query: told.peopleQuery,
    status: 200,
    answer: told.people,
    errors: [],
    async run({ parley, query: { q: query, ...rest } }) {
      const { items: users, next } = await parley.people.search({ query, ...rest });
      return { body: { users, next } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/nicknames",
    summary: "Nicknames, and whose they are",
    needsUser: true,
    query: told.listQuery,
    status: 200,
    answer: told.nicknames,
    errors: [],
    async run({ parley, query }) {
      const { items: nicknames, next } = await parley.people.nicknames(query);
      return { body: { nicknames, next } };
    },
  }),
  operation({
    ...shapes.takesNothing,
    method: "GET",
    path: "/api/tags",
    summary: "Tags that people have, and how many have each",
    needsUser: true,
    query: told.listQuery,
    status: 200,
    answer: told.tagCounts,
    errors: [],
    async run({ parley, query }) {
      const { items: tags, next } = await parley.people.tags(query);
      return { body: { tags, next } };
    },
  }),
];
