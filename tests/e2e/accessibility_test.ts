/** Everybody can use it: no violation that axe finds, by keyboard alone, on phone and desktop. */
import type { BrowserContextOptions } from "playwright-core";
import { assertAccessible } from "./accessible.ts";
import { live, openRoom, openStage, say, shows } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

const LOOKS: Record<string, BrowserContextOptions> = {
  "desktop, light": { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  "desktop, dark": { viewport: { width: 1280, height: 800 }, colorScheme: "dark" },
  "phone, light": { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true },
  "phone, dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true },
};

Deno.test("axe finds nothing, and nothing sticks out", test, async (t) => {
  await using stage = await openStage({ env: { MAX_TEXT_LENGTH: "200" } });
  const root = await stage.enter();
  await root.page.goto(`${stage.server.url}/register`);
  await root.page.getByLabel("Your name").fill("root");
  await root.page.getByLabel("Password").fill("a good password");
  await root.page.getByRole("button", { name: "Make the account" }).click();
  const bob = await stage.enter("bob");
  await openRoom(bob, "lobby");
  for (const [look, options] of Object.entries(LOOKS)) {
    await t.step(look, async () => {
      const name = `ann ${look}`;
      const stranger = await stage.enter(undefined, options);
      await assertAccessible(stranger.page, "a stranger's home page");
      for (const path of ["/login", "/register"]) {
        await stranger.page.goto(stage.server.url + path);
        await assertAccessible(stranger.page, path);
      }
      const { cookies } = await root.context.storageState();
      await stranger.context.addCookies(cookies);
      for (const path of ["/admin", "/account"]) {
        await stranger.page.goto(stage.server.url + path);
        await assertAccessible(stranger.page, path);
      }
      const ann = await stage.enter(name, options);
      await assertAccessible(ann.page, "the home page");
      await openRoom(ann, "lobby");
      await say(ann, "see https://example.org/a-very-long-address/" + "x".repeat(80));
      await say(ann, "x".repeat(201));
      await ann.page.getByText(/longer than 200/).waitFor();
      await say(bob, "and somebody else");
      await ann.page.getByText("and somebody else").last().waitFor();
      await assertAccessible(ann.page, "a room");
      await ann.page.goto(`${stage.server.url}/`);
      await ann.page.getByLabel("New group").fill(`${name} and a name as long as may be`);
      await ann.page.getByLabel(/Private/).check();
      await ann.page.getByRole("button", { name: "Make" }).click();
      await live(ann.page);
      await ann.page.getByRole("link", { name: /settings/ }).click();
      await ann.page.getByLabel("Let somebody in").fill("bob");
      await ann.page.getByRole("button", { name: "Add" }).click();
      await ann.page.getByRole("button", { name: "Ban bob" }).waitFor();
      await ann.page.getByLabel("To delete it").fill("another name");
      await ann.page.getByRole("button", { name: "Delete the group" }).click();
      await ann.page.getByRole("alert").waitFor();
      await assertAccessible(ann.page, "the page about a room");
      await ann.page.goto(`${stage.server.url}/profile`);
      await ann.page.getByLabel("Nickname").fill("A nickname just as long as it is");
      await ann.page.getByLabel("Status").fill(
        "a status that has quite something to say ".repeat(2),
      );
      await ann.page.getByLabel(/^Tags/).fill("a, b, c, d, e, f, g, h, i");
      await ann.page.getByRole("button", { name: "Save", exact: true }).click();
      await ann.page.getByRole("alert").waitFor();
      await assertAccessible(ann.page, "the profile");
      await ann.page.getByLabel(/^Tags/).fill("one tag, another one");
      await ann.page.getByRole("button", { name: "Save", exact: true }).click();
      await ann.page.getByText("Saved.").waitFor();
      await ann.page.goto(`${stage.server.url}/people`);
      await assertAccessible(ann.page, "the page of people");
      await ann.page.goto(`${stage.server.url}/search?q=and+somebody&roomId=1`);
      await ann.page.locator("mark").first().waitFor();
      await assertAccessible(ann.page, "what was found");
      await ann.page.goto(`${stage.server.url}/search?q=nowhere`);
      await assertAccessible(ann.page, "a search that finds nothing");
      await ann.page.goto(`${stage.server.url}/rooms/404`);
      await assertAccessible(ann.page, "the error page");
    });
  }
});

Deno.test("from the address to a sent message by keyboard alone", test, async () => {
  await using stage = await openStage();
  const { page, context } = await stage.enter();
  const focusOn = async (name: RegExp) => {
    for (let n = 0; n < 30; n++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        return element?.labels?.[0]?.textContent ?? element?.getAttribute("aria-label") ??
          element?.textContent ?? "";
      });
      if (name.test(label)) return;
    }
    throw new Error(`${name} can't be reached by Tab`);
  };
  await focusOn(/Your name/);
  await page.keyboard.type("kay");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Hello, kay" }).waitFor();
  await focusOn(/lobby/);
  await page.keyboard.press("Enter");
  await live(page);
  await page.keyboard.type("no mouse");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("needed");
  await page.keyboard.press("Enter");
  await shows({ page, context }, ["no mouse\nneeded"]);
});
