/** A bot's whole life on the account page, by the keyboard, and how others see it in a room. */
import assert from "node:assert/strict";
import { ask } from "../api/ask.ts";
import { Wire } from "../wire.ts";
import { assertAccessible } from "./accessible.ts";
import { live, openStage } from "./people.ts";

const test = { sanitizeOps: false, sanitizeResources: false };

for (const colorScheme of ["light", "dark"] as const) {
  Deno.test(`a bot is made, talks, and is revoked, on a phone, ${colorScheme}`, test, async () => {
    await using stage = await openStage();
    const { server } = stage;
    const viewport = { width: 360, height: 740 };
    const { page } = await stage.enter(undefined, { colorScheme, viewport });
    await page.goto(`${server.url}/register?next=/account`);
    await page.getByLabel("Your name").fill("ann");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");

    await page.getByText("You have no bots yet.").waitFor();
    await page.getByLabel("Make a bot").fill("ann");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Make a bot").fill("weather");
    await page.keyboard.press("Enter");
    const token = await page.getByLabel("The token of weather is shown this once").inputValue();
    await assertAccessible(page, "the account page with a new bot");
    await page.goto(`${server.url}/account`);
    assert.equal((await page.content()).includes(token), false, "it is not shown again");

    const wire = await Wire.connect(server, { headers: { authorization: `Bearer ${token}` } });
    wire.send({ type: "join", roomId: 1 });
    await wire.say("Rain until noon.");
    await page.goto(`${server.url}/rooms/1`);
    await live(page);
    await page.locator(".message-by", { hasText: "weather" }).getByText("bot", { exact: true })
      .waitFor();
    await assertAccessible(page, "a room with a bot");

    await page.goto(`${server.url}/account`);
    await page.getByRole("button", { name: "Revoke the bot weather" }).press("Enter");
    await page.getByText("You have no bots yet.").waitFor();
    assert.equal(await wire.end(), 1008);
    assert.equal((await ask(server, "GET", "/api/profile", { token })).status, 401);
    assert.deepEqual(stage.faults, []);
  });
}
