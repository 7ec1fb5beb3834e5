/** The server's administrator, and signing out a lost device, by ordinary forms. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { live, openRoom, openStage } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };
const PASSWORD = "a good password";

async function fillIn(page: Page, url: string, kind: "register" | "login", name: string) {
  await page.goto(`${url}/${kind}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: kind === "login" ? "Log in" : "Make the account" })
    .click();
}

Deno.test(
  "an administrator puts an account out of use, and closes registration",
  test,
  async () => {
    await using stage = await openStage();
    const { url } = stage.server;
    const ann = await stage.enter(undefined, { javaScriptEnabled: false });
    const ben = await stage.enter();
    await fillIn(ann.page, url, "register", "ann");
    await fillIn(ben.page, url, "register", "ben");
    await openRoom(ben, "lobby");

    await ann.page.goto(`${url}/admin`);
    await ann.page.getByRole("button", { name: "Deactivate ben" }).click();
    await ann.page.getByText("ann deactivated ben").waitFor();
    await ben.page.getByText("You have no name here any more.").waitFor();
    await fillIn(ben.page, url, "login", "ben");
    await ben.page.getByText("This account is deactivated. Ask an administrator.").waitFor();

    await ann.page.getByRole("button", { name: "Let in again ben" }).click();
    await fillIn(ben.page, url, "login", "ben");
    await ben.page.getByRole("heading", { name: "Hello, ben" }).waitFor();
    assert.equal((await ben.page.goto(`${url}/admin`))?.status(), 404);

    await ann.page.getByRole("button", { name: "Close registration" }).click();
    await ann.page.getByRole("button", { name: "Open registration" }).waitFor();
    const cat = await stage.enter();
    await fillIn(cat.page, url, "register", "cat");
    await cat.page.getByText("New accounts can't be made here.").waitFor();
    assert.deepEqual(stage.faults, []);
  },
);

Deno.test("a lost device is signed out; this one goes on", test, async () => {
  await using stage = await openStage();
  const { url } = stage.server;
  const laptop = await stage.enter();
  const phone = await stage.enter();
  await fillIn(laptop.page, url, "register", "ann");
  await fillIn(phone.page, url, "login", "ann");
  await openRoom(phone, "lobby");

  const settings = await laptop.context.newPage();
  await openRoom(laptop, "lobby");
  await settings.goto(`${url}/account`);
  await settings.getByText("this device").waitFor();
  await settings.getByRole("button", { name: /^Sign out/ }).first().click();
  await phone.page.getByText("You have no name here any more.").waitFor();
  assert.equal(await settings.getByRole("button", { name: /^Sign out/ }).count(), 0);
  // Its own room was cut off for a moment, and came back by itself.
  await live(laptop.page);
  assert.deepEqual(stage.faults, []);
});
