/** Accounts and private groups in the browser. */
import assert from "node:assert/strict";
import { live, openRoom, openStage, say, shows } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

Deno.test("a guest keeps the name with a password, and logs in elsewhere", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  await openRoom(ann, "lobby");
  await say(ann, "as a guest");
  await ann.page.getByRole("link", { name: "Parley, all rooms" }).first().click();
  await ann.page.getByRole("link", { name: "Keep this name" }).click();
  await ann.page.getByText("You stay who you are").waitFor();
  await ann.page.getByLabel("Password").fill("password");
  await ann.page.keyboard.press("Enter");
  await ann.page.getByText(/everybody tries first/).waitFor();
  await ann.page.getByLabel("Password").fill("correct horse battery");
  await ann.page.keyboard.press("Enter");
  await ann.page.getByRole("button", { name: "Log out" }).waitFor();

  const phone = await stage.enter(undefined, { viewport: { width: 360, height: 740 } });
  await phone.page.getByRole("link", { name: "Log in" }).click();
  await phone.page.getByLabel("Your name").fill("Ann");
  await phone.page.getByLabel("Password").fill("wrong password");
  await phone.page.keyboard.press("Enter");
  await phone.page.getByText(/don.t belong together/).waitFor();
  await phone.page.getByLabel("Password").fill("correct horse battery");
  await phone.page.keyboard.press("Enter");
  await phone.page.getByRole("heading", { name: "Hello, ann" }).waitFor();
  await phone.page.goto(`${stage.server.url}/rooms/1`);
  await live(phone.page);
  await shows(phone, ["as a guest"]);
  await phone.page.locator(".message[data-own]").waitFor();
});

Deno.test(
  "a private group is entered by its invitation, and seen by nobody else",
  test,
  async () => {
    await using stage = await openStage();
    const [ann, eve] = [await stage.enter("ann"), await stage.enter("eve")];
    await ann.page.getByLabel("New group").fill("secret plans");
    await ann.page.getByLabel(/only who is invited/).check();
    await ann.page.getByRole("button", { name: "Make" }).click();
    await live(ann.page);
    await say(ann, "between us");
    await shows(ann, ["between us"]);
    const room = ann.page.url();
    await ann.page.getByRole("button", { name: "Invite" }).click();
    const link = await ann.page.getByLabel("The link").inputValue();
    await ann.page.getByRole("link", { name: "Back to secret plans" }).click();
    await live(ann.page);

    await eve.page.reload();
    assert.equal(await eve.page.getByText("secret plans").count(), 0);
    assert.equal((await eve.page.goto(room))?.status(), 404);

    const ben = await stage.enter();
    await ben.page.goto(link);
    await ben.page.getByLabel("Your name").fill("ben");
    await ben.page.keyboard.press("Enter");
    await ben.page.getByRole("button", { name: "Join secret plans" }).click();
    await live(ben.page);
    await shows(ben, ["between us"]);
    await say(ben, "I am in");
    await shows(ann, ["between us", "I am in"]);
  },
);
