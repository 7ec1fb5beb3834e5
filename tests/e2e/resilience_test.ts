/** Networks drop, servers restart, tabs are closed: nothing is lost, nothing comes twice. */
import assert from "node:assert/strict";
import { live, openRoom, openStage, say, shows } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "what is written while the server is away is sent once it is back, once and in order",
  test,
  async () => {
    await using stage = await openStage();
    const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
    for (const person of [ann, ben]) await openRoom(person, "lobby");
    await say(ann, "before");
    await shows(ben, ["before"]);
    await stage.server.kill();
    await ann.page.getByText(/Reconnecting/).waitFor();
    const texts = ["before", "one", "two", "three"];
    for (const text of texts.slice(1)) await say(ann, text);
    assert.equal(await ann.page.locator('.message[data-status="sending"]').count(), 3);
    await stage.restart();
    await shows(ben, texts);
    await shows(ann, texts);
    await ann.page.locator('.message[data-status="sending"]').first().waitFor({
      state: "detached",
    });
  },
);

Deno.test("20 unsent messages survive a closed tab and arrive once, in order", test, async () => {
  await using stage = await openStage();
  const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
  for (const person of [ann, ben]) await openRoom(person, "lobby");
  await stage.server.kill();
  await ann.page.getByText(/Reconnecting/).waitFor();
  const texts = Array.from({ length: 20 }, (_, n) => `kept ${n}`);
  for (const text of texts) await say(ann, text);
  await ann.page.close();
  await stage.restart();
  await live(ben.page);
  const page = await ann.context.newPage();
  await page.goto(`${stage.server.url}/rooms/1`);
  await shows(ben, texts);
  await shows({ ...ann, page }, texts);
});

Deno.test(
  "a dropped network: the page says so, comes back, and has all that it missed",
  test,
  async () => {
    await using stage = await openStage();
    const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
    for (const person of [ann, ben]) await openRoom(person, "lobby");
    await ann.context.setOffline(true);
    await ann.page.getByText(/You’re offline/).waitFor();
    const texts = Array.from({ length: 30 }, (_, n) => `missed ${n}`);
    for (const text of texts) await say(ben, text);
    await shows(ben, texts);
    await ann.context.setOffline(false);
    await shows(ann, texts);
  },
);

Deno.test("a message that can't be sent says why, and goes out by Try again", test, async () => {
  await using stage = await openStage({ env: { MAX_TEXT_LENGTH: "10" } });
  const ann = await stage.enter("ann");
  await openRoom(ann, "lobby");
  await say(ann, "too long for this server");
  await say(ann, "short");
  await ann.page.getByText(/longer than 10 characters/).waitFor();
  await say(ann, "another one too long");
  await ann.page.getByRole("button", { name: "Discard" }).nth(1).click();
  await stage.restart({ MAX_TEXT_LENGTH: "100" });
  await live(ann.page);
  await ann.page.getByRole("button", { name: "Try again" }).click();
  await ann.page.getByText(/longer than 10 characters/).waitFor({ state: "detached" });
  await shows(ann, ["short", "too long for this server"]);
});

Deno.test("two tabs of one person show everything once", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  await openRoom(ann, "lobby");
  const second = await ann.context.newPage();
  await second.goto(ann.page.url());
  await live(second);
  for (const [n, page] of [ann.page, second, ann.page].entries()) {
    await say({ ...ann, page }, `${n}`);
  }
  for (const page of [ann.page, second]) await shows({ ...ann, page }, ["0", "1", "2"]);
});
