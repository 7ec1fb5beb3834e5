/** Makes the README's screenshots: a real server, real browsers, a small conversation. */
import { openRoom, openStage, say, shows } from "../tests/e2e/people.ts";

const DESKTOP = { viewport: { width: 1240, height: 760 }, deviceScaleFactor: 2 };
const PHONE = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, hasTouch: true };
const TALK: [who: "Ada" | "Grace" | "Linus", text: string][] = [
  ["Ada", "Morning! The new release is on the staging server."],
  ["Ada", "Notes are at https://docs.example.org/release"],
  ["Grace", "Looking at it now ☕"],
  ["Linus", "Pulled the plug on the test machine in the middle of a burst, twice."],
  ["Grace", "And?"],
  ["Linus", "Every message that had its check mark is there. In order."],
  ["Grace", "Then I'd say we ship it."],
  ["Ada", "Agreed — I'll tell everybody in #lobby."],
];

await using stage = await openStage();
const people = {
  Ada: await stage.enter("Ada", { ...DESKTOP, colorScheme: "light" }),
  Grace: await stage.enter("Grace", { ...DESKTOP, colorScheme: "dark" }),
  Linus: await stage.enter("Linus", { ...PHONE, colorScheme: "dark" }),
};
await people.Ada.page.getByLabel("New group").fill("release");
await people.Ada.page.getByRole("button", { name: "Make" }).click();
for (const name of ["Grace", "Linus"] as const) {
  await people[name].page.reload();
  await openRoom(people[name], "release");
}
const said: string[] = [];
for (const [who, text] of TALK) {
  await say(people[who], text);
  said.push(text);
  for (const person of Object.values(people)) await shows(person, said);
}
await people.Linus.page.getByLabel(/^Message to/).pressSequentially("On it");
await people.Grace.page.getByText(/Linus is typing/).waitFor();
const path = (name: string) => new URL(`./images/${name}.png`, import.meta.url).pathname;
await people.Ada.page.screenshot({ path: path("room-light") });
await people.Grace.page.screenshot({ path: path("room-dark") });
await people.Linus.page.screenshot({ path: path("room-phone") });
