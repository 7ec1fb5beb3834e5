/** Profiles in the browser: told by forms, seen by the others at once. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MAX_PICTURE_BYTES } from "@/lib/uploads/picture.ts";
import { largePicture, twoColours } from "../api/pictures.ts";
import { live, openRoom, openStage, say, shows, type Visitor } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

const pictureOf = async (width = 300) => ({
  name: "me.png",
  mimeType: "image/png",
  buffer: Buffer.from(await twoColours("png", { width, height: width })),
});

/** Whether a picture is shown, and not only asked for. */
async function seesPicture({ page }: Visitor, within: string): Promise<void> {
  await page.waitForFunction((selector) => {
    const picture = document.querySelector<HTMLImageElement>(`${selector} .avatar img`);
    return picture?.complete && picture.naturalWidth === 256;
  }, within);
}

Deno.test(
  "a nickname, a status and a picture are seen by others while they look",
  test,
  async () => {
    await using stage = await openStage();
    const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
    for (const person of [ann, ben]) await openRoom(person, "lobby");
    await say(ann, "hello");
    await shows(ben, ["hello"]);
    const profile = await ann.context.newPage();
    await profile.goto(`${stage.server.url}/profile`);
    await profile.getByLabel("Nickname").fill("Annie");
    await profile.getByLabel("Status").fill("back at two");
    await profile.getByLabel(/^Tags/).fill("#Deno, first aid");
    assert.match(await profile.locator(".profile-card").innerText(), /Annie ann\s+back at two/);
    await profile.getByRole("button", { name: "Save", exact: true }).click();
    await profile.getByText("Saved.").waitFor();

    await ben.page.locator(".message-by", { hasText: "Annie ann" }).waitFor();
    const member = ben.page.locator(".members .person", { hasText: "Annie" });
    assert.match(await member.innerText(), /Annie ann\s+back at two/);

    await profile.getByLabel(/^PNG/).setInputFiles(await pictureOf());
    await profile.locator('.profile-card img[src^="data:"]').waitFor();
    await profile.getByRole("button", { name: "Use this picture" }).click();
    await profile.getByText("Saved.").waitFor();
    await seesPicture(ben, ".members");
    await seesPicture(ben, ".message");

    await profile.getByRole("button", { name: "Remove the picture" }).click();
    await ben.page.locator(".members .avatar img").waitFor({ state: "detached" });
    assert.deepEqual(stage.faults, []);
  },
);

Deno.test("who wrote earlier and left is shown as they want, too", test, async () => {
  await using stage = await openStage();
  const [ann, ben] = [await stage.enter("ann"), await stage.enter("ben")];
  await openRoom(ann, "lobby");
  await say(ann, "I was here");
  await shows(ann, ["I was here"]);
  await ann.page.goto(`${stage.server.url}/profile`);
  await ann.page.getByLabel("Nickname").fill("Annie");
  await ann.page.getByRole("button", { name: "Save", exact: true }).click();
  await ann.page.getByText("Saved.").waitFor();
  await openRoom(ben, "lobby");
  await ben.page.locator(".message-by", { hasText: "Annie ann" }).waitFor();

  await ben.page.goto(`${stage.server.url}/people?q=anni`);
  await ben.page.getByRole("button", { name: /Annie/ }).click();
  await live(ben.page);
  assert.equal(await ben.page.locator("h1").innerText(), "Annie ann");
  await ben.page.goto(stage.server.url);
  await ben.page.getByRole("link", { name: "Annie ann" }).waitFor();
});

Deno.test("without script: the forms work, and say what to do", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  const state = await ann.context.storageState();
  const { page } = await stage.enter(undefined, { javaScriptEnabled: false, storageState: state });
  await page.goto(`${stage.server.url}/profile`);
  await page.getByLabel("Nickname").fill("Annie");
  await page.getByLabel(/^Tags/).fill("a, b, c, d, e, f, g, h, i");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("There are more than 8 tags.").waitFor();
  assert.equal(await page.getByLabel("Nickname").inputValue(), "Annie", "nothing typed is lost");
  await page.getByLabel(/^Tags/).fill("chess");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();

  const picture = page.getByLabel(/^PNG/);
  const use = page.getByRole("button", { name: "Use this picture" });
  await picture.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("x") });
  await use.click();
  await page.getByText("That is no picture that can be read.").waitFor();
  const huge = Buffer.alloc(6 * 1024 * 1024);
  await picture.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: huge });
  await use.click();
  await page.getByText("That picture is larger than 2 MB.").waitFor();
  await picture.setInputFiles(await pictureOf());
  await use.click();
  await page.getByText("Saved.").waitFor();
  assert.equal(await page.locator(".profile-card .avatar img").count(), 1);

  await page.goto(`${stage.server.url}/people`);
  await page.getByRole("link", { name: /^chess/ }).click();
  await page.getByText("Annie").first().waitFor();
  await page.getByLabel("Name or nickname").fill("zed");
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByText("Nobody here fits.").waitFor();
});

Deno.test("a photo larger than can be uploaded is made small in the browser", test, async () => {
  await using stage = await openStage();
  const ann = await stage.enter("ann");
  await ann.page.goto(`${stage.server.url}/profile`);
  const large = Buffer.from(await largePicture());
  assert.ok(large.length > MAX_PICTURE_BYTES);
  const picture = ann.page.getByLabel(/^PNG/);
  await picture.setInputFiles({ name: "me.png", mimeType: "image/png", buffer: large });
  await ann.page.locator('.profile-card img[src^="data:"]').waitFor();
  await ann.page.getByRole("button", { name: "Use this picture" }).click();
  await ann.page.getByText("Saved.").waitFor();
  await picture.setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("x") });
  await ann.page.getByText("That is no picture that can be read.").waitFor();
});
