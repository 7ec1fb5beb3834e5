/** Finding what was said, in a browser. */
import assert from "node:assert/strict";
import { openRoom, openStage, say, shows } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "from a room: what was said there is found, then everywhere, and leads to its room",
  test,
  async () => {
    await using stage = await openStage();
    const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
    await openRoom(ann, "lobby");
    await openRoom(ben, "lobby");
    await say(ann, "The Café opens at nine");
    await say(ben, "see you at the cafe");
    await shows(ann, ["The Café opens at nine", "see you at the cafe"]);

    const { page } = ann;
    await page.getByRole("link", { name: "Search", exact: true }).click();
    await page.getByLabel("Words of a message").fill("CAFE");
    await page.keyboard.press("Enter");
    const hits = page.getByRole("list", { name: /^Found/ }).getByRole("listitem");
    await hits.first().waitFor();
    const [newest = "", oldest = ""] = await hits.allInnerTexts();
    assert.match(newest, /^ben\s+Today, \d\d:\d\d( [AP]M)?\s+see you at the cafe$/);
    assert.match(oldest, /^You\s+Today, \d\d:\d\d( [AP]M)?\s+The Café opens at nine$/);
    assert.deepEqual(await hits.locator("mark").allTextContents(), ["cafe", "Café"]);

    await page.getByLabel("Only in lobby").uncheck();
    await page.getByLabel("Words of a message").fill("nowhere");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing found.").waitFor();
    await page.getByLabel("Words of a message").fill("nine");
    await page.keyboard.press("Enter");
    assert.match(await hits.first().innerText(), /in lobby/);
    await hits.first().getByRole("link").click();
    await shows(ann, ["The Café opens at nine", "see you at the cafe"]);
    assert.deepEqual(stage.faults, []);
  },
);

Deno.test("without script: from the home page to what was said, page by page", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  await openRoom(ann, "lobby");
  const texts = Array.from({ length: 3 }, (_, n) => `pear ${n} <b>"`);
  for (const text of texts) await say(ann, text);
  await shows(ann, texts);
  const storageState = await ann.context.storageState();
  const { page } = await stage.enter(undefined, { javaScriptEnabled: false, storageState });
  await page.getByLabel("Words of a message").fill("pear");
  await page.getByRole("button", { name: "Search messages" }).click();
  assert.deepEqual(await page.locator(".hit-text").allTextContents(), texts.toReversed());

  await page.goto(`${stage.server.url}/search?q=pear&limit=2`);
  assert.deepEqual(
    await page.locator(".hit-text").allTextContents(),
    texts.toReversed().slice(0, 2),
  );
  await page.getByRole("link", { name: "Show older ones" }).click();
  assert.deepEqual(await page.locator(".hit-text").allTextContents(), texts.slice(0, 1));

  const missing = await page.goto(`${stage.server.url}/search?q=pear&roomId=99`);
  assert.equal(missing?.status(), 404);
  const odd = await page.goto(`${stage.server.url}/search?q=${"a".repeat(300)}`);
  assert.equal(odd?.status(), 422);
  await page.getByRole("alert").waitFor();
});
