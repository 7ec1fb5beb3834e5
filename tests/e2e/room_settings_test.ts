/** The page about a room, without a script; and what those who are in the room see of it. */
import assert from "node:assert/strict";
import { live, openRoom, openStage, say } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

Deno.test("a group's owner keeps order, without a script", test, async () => {
  await using stage = await openStage();
  const { url } = stage.server;
  const ann = await stage.enter("ann", { javaScriptEnabled: false });
  const ben = await stage.enter("ben");
  const press = (name: string) => ann.page.getByRole("button", { name }).click();

  await ann.page.getByLabel("New group").fill("plans");
  await ann.page.getByLabel(/Private/).check();
  await press("Make");
  const room = ann.page.url();
  await ann.page.getByRole("link", { name: /settings/ }).click();
  await ann.page.getByLabel("Let somebody in").fill("ben");
  await press("Add");

  await ben.page.goto(`${url}/`);
  await openRoom(ben, "plans");
  await ann.page.getByLabel("Name", { exact: true }).fill("ideas");
  await ann.page.getByLabel("What it is about").fill("What comes next");
  await ann.page.getByRole("button", { name: "Save" }).first().click();
  await ben.page.getByRole("heading", { name: "ideas" }).first().waitFor();
  await ben.page.getByText("What comes next").waitFor();

  await ann.page.getByLabel("Make an address").fill("ci");
  await ann.page.getByRole("button", { name: "Make", exact: true }).click();
  const address = await ann.page.getByLabel(/shown this once/).inputValue();
  const headers = { "content-type": "application/json" };
  const told = await fetch(address, { method: "POST", headers, body: '{"text":"Build 7"}' });
  assert.equal(told.status, 200, await told.text());
  await ben.page.getByText("Build 7").waitFor();

  await press("Make admin ben");
  await ann.page.getByText("admin", { exact: true }).waitFor();
  await press("Archive it");
  await ben.page.getByText("This group is archived").waitFor();
  await press("Open it again");
  await say(ben, "good");
  await ben.page.locator(".message[data-own]").waitFor();

  await press("Remove ben");
  await ben.page.getByText("You were removed from this group.").waitFor();
  const answer = await ben.page.goto(room);
  assert.equal(answer?.status(), 404);

  await ann.page.getByLabel("To delete it").fill("plans");
  await press("Delete the group");
  await ann.page.getByRole("alert").getByText("write its name: ideas").waitFor();
  await ann.page.getByLabel("To delete it").fill("ideas");
  await press("Delete the group");
  await ann.page.getByRole("heading", { name: "Hello, ann" }).waitFor();
  assert.equal(await ann.page.getByText("ideas").count(), 0);
  assert.deepEqual(stage.faults, []);
});

Deno.test("what waits in other rooms is counted as one wishes", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  const ben = await stage.enter("ben");
  await openRoom(ann, "lobby");
  await openRoom(ben, "lobby");
  await say(ann, "first");
  await ben.page.getByText("first").waitFor();
  // Read, and the server knows.
  await ben.page.getByRole("button", { name: "Leave" }).click();
  await ben.page.getByRole("heading", { name: "Hello, ben" }).waitFor();
  await say(ann, "second");
  await say(ann, "@ben, third");
  const lobby = ben.page.getByRole("link", { name: /lobby/ });
  await ben.page.getByRole("link", { name: /2\s+unread, 1 for you/ }).waitFor({ timeout: 20_000 });

  await lobby.click();
  await live(ben.page);
  await ben.page.getByRole("link", { name: /settings/ }).click();
  await ben.page.getByLabel("Nothing").check();
  await ben.page.getByRole("button", { name: "Save" }).click();
  await ben.page.getByLabel("Nothing").waitFor();
  assert.equal(await ben.page.getByLabel("Nothing").isChecked(), true);
  await say(ann, "fourth");
  await ben.page.goto(`${stage.server.url}/`);
  await lobby.waitFor();
  assert.equal(await lobby.getByText("unread").count(), 0);
});
