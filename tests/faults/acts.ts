/** What somebody does next: says something, or changes what was said. */
import { between, oneOf } from "../random.ts";
import type { Act, Message } from "./frames.ts";

const EMOJI = ["👍", "🎉", "😀"];
/** How many of the newest messages most reactions go to: so people meet on them. */
const FRESH = 5;

/** Who does it, how much they did before, and what they see. */
export interface Scene {
  readonly name: string;
  readonly n: number;
  readonly messages: readonly Message[];
}

/** Mostly a message; else an edit or a delete of an own one, or a reaction to anybody's. */
export function nextAct(random: () => number, { name, n, messages }: Scene): Act {
  const chance = random();
  const own = messages.filter(({ sender, deleted }) => sender === name && !deleted);
  const recent = random() < 0.7 ? messages.slice(-FRESH) : messages;
  if (chance < 0.1 && own.length > 0) {
    return { type: "edit", id: oneOf(random, own).id, text: textOf(random, name, n) };
  }
  if (chance < 0.14 && own.length > 0) return { type: "delete", id: oneOf(random, own).id };
  if (chance < 0.3 && messages.length > 0) return reaction(random, name, oneOf(random, recent));
  return { type: "message", text: textOf(random, name, n) };
}

/** Mostly what makes a difference: the emoji is taken back when it is there. */
function reaction(random: () => number, name: string, { id, reactions = [] }: Message): Act {
  const emoji = oneOf(random, EMOJI);
  const users = reactions.find((each) => each.emoji === emoji)?.users ?? [];
  const there = users.some((user) => user.name === name);
  const remove = random() < 0.95 ? there : !there;
  return { type: "react", id, emoji, ...(remove && { remove }) };
}

/** No two are the same. */
function textOf(random: () => number, name: string, n: number): string {
  const padding = "x€😀".repeat(random() < 0.02 ? between(random, 0, 2000) : random() * 20);
  return `${name} ${n} ${padding}`;
}
